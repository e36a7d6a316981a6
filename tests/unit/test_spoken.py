"""Texts of the screen as they are read aloud."""

import pytest

from edge_agent.domain.spoken import Locale, spoken


@pytest.mark.parametrize(
    ("locale", "shown", "said"),
    [
        ("pt", "R$\u00a045,00", "45 reais"),
        ("pt", "Total R$ 1.234,56", "Total 1234 reais e 56 centavos"),
        ("pt", "R$ 0,01", "1 centavo"),
        ("pt", "R$ 1,00", "1 real"),
        ("pt", "R$ 0,00", "0 reais"),
        ("en", "R$45.50", "45 reais and 50 cents"),
        ("es", "R$ 2,01", "2 reales y 1 centavo"),
        ("pt", "3 x de R$ 15,00", "3 x de 15 reais"),
    ],
)
def test_amounts_are_said_as_people_say_them(locale: Locale, shown: str, said: str) -> None:
    assert spoken(shown, locale) == said


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("Senha CA042", "Senha C A 0 4 2"),
        ("7K3-9QX", "7 K 3 , 9 Q X"),
        ("Exame de sangue · 15 min", "Exame de sangue , 15 min"),
        ("Imprimindo…", "Imprimindo."),
        ("PIX ou QR", "PIX ou QR"),
        ("20 segundos", "20 segundos"),
    ],
)
def test_codes_are_spelled_and_words_are_left(shown: str, said: str) -> None:
    assert spoken(shown, "pt") == said
