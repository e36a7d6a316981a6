"""What paper says, in the customer's language. SENHA stays on every ticket: attendants call by
it.
"""

PAPER: dict[str, dict[str, str]] = {
    "ticket": {"pt": "SENHA", "en": "SENHA · TICKET", "es": "SENHA · TURNO"},
    "to_pay": {"pt": "A PAGAR NO BALCÃO", "en": "PAY AT THE COUNTER", "es": "A PAGAR EN MOSTRADOR"},
    "priority_80": {
        "pt": "PREFERENCIAL 80+",
        "en": "PREFERENCIAL 80+",
        "es": "PREFERENCIAL 80+",
    },
    "priority_priority": {
        "pt": "PREFERENCIAL",
        "en": "PREFERENCIAL · PRIORITY",
        "es": "PREFERENCIAL",
    },
    "priority_donor": {
        "pt": "DOADOR DE SANGUE",
        "en": "DOADOR · BLOOD DONOR",
        "es": "DOADOR · DONANTE",
    },
    "total": {"pt": "Total", "en": "Total", "es": "Total"},
    "paid_by": {"pt": "Pagamento", "en": "Payment", "es": "Pago"},
    "free": {"pt": "Gratuito", "en": "Free", "es": "Gratis"},
    "debit": {"pt": "Cartão de débito", "en": "Debit card", "es": "Tarjeta de débito"},
    "credit": {"pt": "Cartão de crédito", "en": "Credit card", "es": "Tarjeta de crédito"},
    "voucher": {"pt": "Vale-refeição", "en": "Meal card", "es": "Tarjeta de comida"},
    "pix": {"pt": "Pix", "en": "Pix", "es": "Pix"},
    "instalments": {"pt": "Parcelas", "en": "Instalments", "es": "Cuotas"},
    "paid": {"pt": "PAGO", "en": "PAID", "es": "PAGADO"},
    "counter": {"pt": "No balcão", "en": "At the counter", "es": "En mostrador"},
    "next_paid": {
        "pt": "Aguarde ser chamado no painel.",
        "en": "Please wait until your number is called.",
        "es": "Espere a que llamen su número.",
    },
    "next_to_pay": {
        "pt": "Leve esta senha ao balcão e pague lá.",
        "en": "Take this ticket to the counter and pay there.",
        "es": "Lleve este turno al mostrador y pague allí.",
    },
    "training": {
        "pt": "TREINAMENTO · SEM VALOR",
        "en": "TREINAMENTO · TRAINING, WORTH NOTHING",
        "es": "TREINAMENTO · PRÁCTICA, SIN VALOR",
    },
    "copy": {"pt": "2ª VIA · REIMPRESSÃO", "en": "2ª VIA · COPY", "es": "2ª VIA · COPIA"},
    "not_fiscal": {
        "pt": "NÃO É DOCUMENTO FISCAL",
        "en": "NÃO É DOCUMENTO FISCAL (not a tax receipt)",
        "es": "NÃO É DOCUMENTO FISCAL (no es factura)",
    },
    "receipt": {"pt": "RECIBO", "en": "RECIBO · RECEIPT", "es": "RECIBO"},
    "subtotal": {"pt": "Subtotal", "en": "Subtotal", "es": "Subtotal"},
    "receipt_number": {"pt": "Senha", "en": "Ticket", "es": "Turno"},
    "receipt_phone": {"pt": "Tel.", "en": "Phone", "es": "Tel."},
    "slip": {
        "pt": "COMPROVANTE DE CARTÃO",
        "en": "CARD RECEIPT",
        "es": "COMPROBANTE DE TARJETA",
    },
    "customer_copy": {"pt": "Via do cliente", "en": "Customer copy", "es": "Copia del cliente"},
    "card": {"pt": "Cartão", "en": "Card", "es": "Tarjeta"},
    "stored": {
        "pt": "Aprovado pelo cartão. Sujeito a confirmação.",
        "en": "Approved by the card. Subject to confirmation.",
        "es": "Aprobado por la tarjeta. Sujeto a confirmación.",
    },
}


def word(key: str, locale: str) -> str:
    """The text in this language, Portuguese where there is no other."""
    texts = PAPER[key]
    return texts.get(locale, texts["pt"])
