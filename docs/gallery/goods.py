"""Who and what the shop of the pictures knows. Nobody of them exists."""

from typing import Any

PEOPLE = {
    "mira": "rep",
    "noor": "rep",
    "clara": "clerk",
    "bruno": "manager",
    "fay": "finance",
    "udo": "auditor",
}
MILK, COFFEE, TEA, HONEY = "2000000000046", "2000000000015", "2000000000039", "4006381333931"


def _place(city: str, street: str, code: str, country: str, **more: str) -> dict[str, Any]:
    place = {"country": country, "city": city, "street": street, "postal_code": code}
    return {"a1": {"purpose": "shipping", **place, **more}}


def _person(name: str, **more: str) -> dict[str, Any]:
    return {"c1": {"name": name, **more}}


CUSTOMERS: tuple[dict[str, Any], ...] = (
    {
        "legal_name": "Nordwind Handel GmbH",
        "trade_name": "Café Nordwind",
        "country": "DE",
        "tax_id": "DE136695976",
        "category": "hospitality",
        "phone": "+494030901820",
        "email": "einkauf@nordwind.example",
        "account_manager": "mira",
        "tags": ["key account", "coffee"],
        "payment_method": "debit",
        "notes": "Deliver through the yard, before ten. Rings twice.",
        "contacts": _person("Jonas Petersen", mobile="+4915123456789", decision_role="decides"),
        "addresses": _place("Hamburg", "Deichstraße 21", "20459", "DE"),
        "consents": {
            "marketing-email": {"state": "granted", "date": "2026-03-02", "source": "form"}
        },
    },
    {
        "legal_name": "华新茶业（上海）有限公司",
        "trade_name": "华新茶业",
        "country": "CN",
        "tax_id": "91310115MA1K4XHQ23",
        "category": "wholesale",
        "phone": "+862158881234",
        "mobile": "+8613800138000",
        "wechat": "huaxin_tea",
        "account_manager": "mira",
        "tags": ["重点客户", "tea"],
        "payment_method": "transfer",
        "notes": "春茶四月初到货，先寄样品。",
        "contacts": _person("王丽华", mobile="+8613912345678", decision_role="buys"),
        "addresses": _place(
            "上海市", "张江路88号3幢", "201203", "CN", region="上海市", district="浦东新区"
        ),
    },
    {
        "legal_name": "Fontaine & Filles SARL",
        "country": "FR",
        "tax_id": "FR40303265045",
        "category": "retail",
        "phone": "+33472000000",
        "email": "bonjour@fontaine.example",
        "account_manager": "mira",
        "tags": ["wine"],
        "addresses": _place("Lyon", "12 rue Mercière", "69002", "FR"),
    },
    {
        "legal_name": "深圳市海岸线餐饮管理有限公司",
        "country": "CN",
        "tax_id": "91440300MA5F3TWN8Q",
        "category": "hospitality",
        "phone": "+8675583456789",
        "status": "prospect",
        "tags": ["coffee"],
        "contacts": _person("陈志远", mobile="+8613688889999"),
        "addresses": _place("深圳市", "滨海大道1066号", "518054", "CN", region="广东省"),
    },
    {
        "legal_name": "Bäckerei Grün OHG",
        "country": "DE",
        "category": "trade",
        "phone": "+493023125011",
        "email": "post@baeckerei-gruen.example",
        "account_manager": "noor",
        "tags": ["bakery"],
        "addresses": _place("Berlin", "Ackerstraße 145", "10115", "DE"),
    },
    {
        "legal_name": "Kornblum Feinkost e. K.",
        "country": "DE",
        "category": "retail",
        "phone": "+494030901821",
        "tags": ["key account"],
        "account_manager": "mira",
        "addresses": _place("Lübeck", "Mengstraße 4", "23552", "DE"),
    },
    {
        "legal_name": "Osteria del Porto S.r.l.",
        "country": "IT",
        "tax_id": "IT00743110157",
        "category": "hospitality",
        "phone": "+39010555012",
        "tags": ["coffee"],
        "addresses": _place("Genova", "Via al Porto Antico 7", "16128", "IT"),
    },
    {
        "type": "person",
        "legal_name": "林晓雯",
        "country": "TW",
        "mobile": "+886912345678",
        "category": "private",
        "tags": ["tea"],
    },
    {
        "legal_name": "杭州西湖茶叶专业合作社",
        "country": "CN",
        "tax_id": "91330106MA2H9LJD4H",
        "category": "industry",
        "phone": "+8657187654321",
        "tags": ["tea"],
        "addresses": _place("杭州市", "龙井路1号", "310013", "CN", region="浙江省"),
    },
    {
        "legal_name": "De Kade Koffie B.V.",
        "country": "NL",
        "category": "hospitality",
        "phone": "+31205550142",
        "tags": ["coffee"],
        "status": "prospect",
    },
    {"legal_name": "Hafenkiosk Brandt", "country": "DE", "phone": "+494030901899"},
)

# Each pair is one customer, entered by two people.
TWINS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    (
        {
            "legal_name": "Ahorn Apotheke",
            "country": "DE",
            "phone": "+493023125077",
            "notes": "Ring twice.",
            "tags": ["pharmacy"],
            "addresses": _place("Berlin", "Ahornallee 3", "14050", "DE"),
        },
        {
            "legal_name": "Ahorn-Apotheke am Platz e. K.",
            "country": "DE",
            "phone": "+493023125077",
            "email": "info@ahorn.example",
            "notes": "Closed on Wednesday afternoons.",
            "tags": ["tea"],
            "addresses": _place("Berlin", "Ahornallee 3", "14050", "DE"),
        },
    ),
    (
        {"legal_name": "北京晨光书店有限公司", "country": "CN", "phone": "+861065551234"},
        {"legal_name": "北京晨光书店", "country": "CN", "phone": "+861065551234", "tags": ["tea"]},
    ),
)

PRODUCTS = (
    ("SKU-0001", COFFEE, "Espresso beans 1 kg", 1850, "0.07"),
    ("SKU-0002", "2000000000022", "Filter coffee 500 g", 790, "0.07"),
    ("SKU-0003", TEA, "龙井绿茶 Green tea 100 g", 540, "0.07"),
    ("SKU-0004", MILK, "Oat drink 1 l", 195, "0.19"),
    ("SKU-0005", "2000000000053", "Dark chocolate 100 g", 230, "0.07"),
    ("SKU-0006", "2000000000060", "Cane sugar 1 kg", 210, "0.07"),
    ("SKU-0007", "2000000000077", "Paper cups 50 pcs", 425, "0.19"),
    ("HON-250", HONEY, "Chestnut honey 250 g", 690, "0.07"),
)

# What is to be done: title, for which customer, in how many days.
TASKS = (
    ("Bring the new price list", 0, -2),
    ("Ask about the spring order", 1, 0),
    ("送春茶样品", 1, 1),
    ("Collect the empty crates", 2, 0),
    ("Agree on a date for the tasting", 5, 6),
)

FILE = """Firma;Ansprechpartner;Telefon;PLZ;Ort;Status;Kundennummer
Bäckerei Gül;Ayşe Gül;030 7654321;10115;Berlin;Stammkunde;D1
Café Straße;Jan Maß;call me;50667;Köln;VIP;D2
Druckerei Ohm;Ira Ohm;040 1234567;20095;Hamburg;Stammkunde;D3
苏州园林茶馆;周敏;+86 512 6555 1234;215000;苏州;VIP;D4
Bäckerei Gül;Ayşe Gül;030 7654321;10115;Berlin;Stammkunde;D1
"""
DELIVERY: dict[str, Any] = {
    "number": "PO-2291",
    "supplier": "Rösterei am Hafen",
    "location": "cellar",
    "expected_on": "2026-11-24",
    "lines": {
        "l1": {"gtin": COFFEE, "name": "Espresso beans 1 kg", "quantity": "24", "unit": "pcs"},
        "l2": {"gtin": MILK, "name": "Oat drink 1 l", "quantity": "48", "unit": "pcs"},
        "l3": {"sku": "FILTER-4", "name": "Filter papers", "quantity": "20", "unit": "pcs"},
    },
}
