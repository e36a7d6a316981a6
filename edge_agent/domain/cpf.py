"""CPF, Brazil's number for people: 9 digits and two check digits, each mod 11 of those before it.

A number of one digit repeated passes the sum and is nobody's.
"""

DIGITS = 11


def is_cpf(digits: str) -> bool:
    """Whether these 11 digits, without dots or dash, can be somebody's."""
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return False
    if digits == digits[0] * DIGITS:
        return False
    return all(digits[place] == check_digit(digits[:place]) for place in (9, 10))


def check_digit(before: str) -> str:
    """The digit that follows these 9 or 10."""
    total = sum(
        int(digit) * weight
        for digit, weight in zip(before, range(len(before) + 1, 1, -1), strict=True)
    )
    rest = total % DIGITS
    return "0" if rest < 2 else str(DIGITS - rest)
