"""Legal forms of companies, Chinese and Western: the name without its form, and the form (pure).

The form is what the law adds to a name (``GmbH``, ``Co., Ltd.``, ``有限公司``). A branch (分公司)
is part of the name: it is a business of its own, not a form.
"""

import re
from typing import Final

# Longest first, so that 股份有限公司 is not read as 有限公司 behind a name that ends in 股份.
CHINESE: Final = tuple(
    sorted(
        (
            "集团股份有限公司 集团有限责任公司 集团有限公司 股份有限公司 有限责任公司 有限公司"
            " 股份公司 集团公司 总公司 公司 集团 个体工商户 农民专业合作社 专业合作社"
            " 合伙企业(有限合伙) 合伙企业(普通合伙) 合伙企业(特殊普通合伙) 合伙企业"
            " 集團股份有限公司 集團有限公司 有限責任公司 集團公司 總公司 集團 個體工商戶"
            " 企業社 股份有限公司"
        ).split(),
        key=len,
        reverse=True,
    )
)
JAPANESE: Final = ("株式会社", "有限会社", "合同会社", "合資会社", "合名会社")
BRANCHES: Final = ("分公司", "支公司", "子公司", "办事处", "辦事處")

# The usual letter case of each Western form; its key is made of its letters alone.
_SPELLED: Final = (
    "GmbH|gGmbH|GmbH & Co. KG|GmbH & Co. KGaA|GmbH & Co. OHG|AG|AG & Co. KG|AG & Co. KGaA|KGaA|KG|"
    "OHG|GbR|UG (haftungsbeschränkt)|UG|e.K.|e.Kfm.|e.V.|eG|SE|SE & Co. KG|SE & Co. KGaA|"
    "Ltd|Limited|Co., Ltd|Company Limited|Co. Limited|PLC|LLP|LLC|L.L.C.|LLLP|LP|Inc|"
    "Incorporated|Corp|Corporation|Co|Company|& Co|Pty Ltd|Pty Limited|Pte Ltd|Pvt Ltd|"
    "Private Limited|Sdn Bhd|CIC|"
    "SARL|S.à r.l.|SAS|SASU|EURL|SNC|SCI|SCOP|SA|S.A.|SA/NV|Sàrl|"
    "S.r.l.|S.r.l.s.|S.p.A.|S.n.c.|S.a.s.|S.L.|S.L.U.|S.A.U.|S.L.L.|S. de R.L. de C.V.|"
    "S.A. de C.V.|Lda|Ltda|S/A|EIRELI|"
    "B.V.|BV|N.V.|NV|V.O.F.|C.V.|BVBA|SPRL|SRL|SCRL|"
    "AB|A/S|AS|ASA|ApS|I/S|K/S|HB|KB|Oy|Oyj|Ky|ehf|hf|"
    "sp. z o.o.|sp. k.|sp. j.|S.K.A.|s.r.o.|a.s.|v.o.s.|k.s.|Kft|Bt|Zrt|Nyrt|d.o.o.|d.d.|"
    "SIA|UAB|OÜ|EOOD|OOD|AD|EAD|A.Ş.|Ltd. Şti.|K.K.|G.K.|OOO|ZAO|PAO|IP"
).split("|")


def _letters(text: str) -> str:
    return re.sub(r"[^\w&]", "", text.casefold())


FORMS: Final = {_letters(form): form for form in reversed(_SPELLED)}
_WORDS_MAX: Final = max(len(form.split()) for form in _SPELLED)
# Written in one case only, they may well be words of the name itself, such as Casa SA or Studio IP.
SHY: Final = frozenset("sa as ad ip se ky kb hb bt sas snc co company lp hf".split())
_edges: Final = " ,、，-"


def split(name: str) -> tuple[str, str]:
    """(core, form) of a company's name in stored form; the form is empty where there is none.

    ``Acme Trading Co., Ltd.`` is ("Acme Trading", "Co., Ltd."), 华新科技有限公司 is ("华新科技",
    "有限公司"). The core is never empty, and nothing is respelled.
    """
    for parts in (_split_east(name), _split_west(name)):
        if parts[1] and parts[0]:
            return parts
    return name, ""


def spelled(form: str) -> str:
    """A form in its usual letter case: gmbh is GmbH, CO., LTD. is Co., Ltd. Only letters change.

    One that is written in mixed case already, or that is no form, stays as it is.
    """
    usual = FORMS.get(_letters(form))
    if usual is None or not (form.islower() or form.isupper()):
        return form
    letters = iter([sign for sign in usual if sign.isalpha()])
    return "".join(next(letters, sign) if sign.isalpha() else sign for sign in form)


def _split_east(name: str) -> tuple[str, str]:
    if name.endswith(BRANCHES):
        return name, ""
    for form in (*CHINESE, *JAPANESE):
        if name.endswith(form):
            return name[: -len(form)].rstrip(_edges), form
    for form in JAPANESE:
        if name.startswith(form):
            return name[len(form) :].lstrip(_edges), form
    return name, ""


def _split_west(name: str) -> tuple[str, str]:
    words = name.split(" ")
    for count in range(min(_WORDS_MAX, len(words) - 1), 0, -1):
        form = " ".join(words[-count:])
        letters = _letters(form)
        if letters not in FORMS or (letters in SHY and form.islower()):
            continue
        return " ".join(words[:-count]).rstrip(_edges), form
    return name, ""
