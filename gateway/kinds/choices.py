"""The lists behind the choices of business partners, each value with its names."""

from typing import Final

from gateway.records.model.fields import Choice, Labels


def _listed(*rows: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, Labels(en, zh)) for value, en, zh in rows)


TYPE: Final = _listed(("company", "Company", "企业"), ("person", "Person", "个人"))

STATUS: Final = _listed(
    ("prospect", "Prospect", "潜在客户"),
    ("active", "Active", "正常"),
    ("blocked", "Blocked", "冻结"),
    ("closed", "Closed", "已关闭"),
)

CATEGORY: Final = _listed(
    ("retail", "Retailer", "零售商"),
    ("wholesale", "Wholesaler", "批发商"),
    ("distributor", "Distributor", "经销商"),
    ("hospitality", "Hotel or restaurant", "酒店餐饮"),
    ("industry", "Industry", "工业企业"),
    ("trade", "Craft or service business", "手工业或服务业"),
    ("public", "Public body", "公共机构"),
    ("online", "Online shop", "电商"),
    ("private", "Private customer", "个人消费者"),
    ("other", "Other", "其他"),
)

# The sections of GB/T 4754-2017, which follow those of ISIC and NACE.
INDUSTRY: Final = _listed(
    ("agriculture", "Agriculture, forestry, fishing", "农、林、牧、渔业"),
    ("mining", "Mining", "采矿业"),
    ("manufacturing", "Manufacturing", "制造业"),
    ("utilities", "Electricity, heat, gas, water", "电力、热力、燃气及水生产和供应业"),
    ("construction", "Construction", "建筑业"),
    ("trade", "Wholesale and retail", "批发和零售业"),
    ("transport", "Transport, storage, post", "交通运输、仓储和邮政业"),
    ("hospitality", "Accommodation and catering", "住宿和餐饮业"),
    ("information", "Information technology", "信息传输、软件和信息技术服务业"),
    ("finance", "Finance", "金融业"),
    ("real_estate", "Real estate", "房地产业"),
    ("business", "Leasing and business services", "租赁和商务服务业"),
    ("science", "Research and technical services", "科学研究和技术服务业"),
    ("environment", "Water, environment, public facilities", "水利、环境和公共设施管理业"),
    ("household", "Household services and repair", "居民服务、修理和其他服务业"),
    ("education", "Education", "教育"),
    ("health", "Health and social work", "卫生和社会工作"),
    ("culture", "Culture, sports, entertainment", "文化、体育和娱乐业"),
    ("public", "Public administration", "公共管理、社会保障和社会组织"),
    ("international", "International organisations", "国际组织"),
)

SOURCE: Final = _listed(
    ("walk_in", "Walked in", "到店"),
    ("field", "Visit of a rep", "外勤拜访"),
    ("referral", "Referral", "转介绍"),
    ("phone", "Called us", "来电"),
    ("web", "Website", "网站"),
    ("marketplace", "Marketplace", "电商平台"),
    ("fair", "Trade fair", "展会"),
    ("campaign", "Campaign", "营销活动"),
    ("takeover", "Taken over", "历史数据"),
    ("other", "Other", "其他"),
)

CHANNEL: Final = _listed(
    ("phone", "Phone", "电话"),
    ("mobile", "Mobile", "手机"),
    ("email", "E-mail", "电子邮件"),
    ("wechat", "WeChat", "微信"),
    ("sms", "Text message", "短信"),
    ("post", "Letter", "信函"),
    ("visit", "Visit", "拜访"),
)

GENDER: Final = _listed(
    ("female", "Female", "女"), ("male", "Male", "男"), ("other", "Other", "其他")
)

DECISION_ROLE: Final = _listed(
    ("decides", "Decides", "决策者"),
    ("influences", "Has a say", "影响者"),
    ("buys", "Places orders", "采购"),
    ("pays", "Pays invoices", "财务付款"),
    ("uses", "Uses the goods", "使用者"),
    ("gate", "First contact", "初始接触人"),
)

ADDRESS_PURPOSE: Final = _listed(
    ("billing", "Billing", "开票"),
    ("shipping", "Delivery", "送货"),
    ("registered", "Registered office", "注册地址"),
)

PAYMENT_METHOD: Final = _listed(
    ("transfer", "Bank transfer", "银行转账"),
    ("debit", "Direct debit", "委托扣款"),
    ("cash", "Cash", "现金"),
    ("card", "Card", "银行卡"),
    ("wechat_pay", "WeChat Pay", "微信支付"),
    ("alipay", "Alipay", "支付宝"),
    ("cheque", "Cheque", "支票"),
    ("draft", "Banker's draft", "承兑汇票"),
    ("prepaid", "Paid in advance", "预付款"),
)

PRICE_CLASS: Final = _listed(
    ("list", "List price", "目录价"),
    ("trade", "Trade price", "批发价"),
    ("partner", "Partner price", "合作伙伴价"),
    ("key_account", "Key account", "大客户价"),
    ("special", "By agreement", "协议价"),
)

CREDIT_RATING: Final = _listed(
    ("a", "A: very good", "A（优）"),
    ("b", "B: good", "B（良）"),
    ("c", "C: watch", "C（关注）"),
    ("d", "D: poor", "D（差）"),
)

FREQUENCY: Final = _listed(
    ("weekly", "Weekly", "每周"),
    ("monthly", "Monthly", "每月"),
    ("quarterly", "Every three months", "每季度"),
    ("never", "Never", "从不"),
)

# The strictest stands first: when two people answer differently, it holds.
CONSENT: Final = _listed(("denied", "No", "不同意"), ("granted", "Yes", "同意"))

CONSENT_SOURCE: Final = _listed(
    ("form", "Signed form", "签署表单"),
    ("spoken", "Spoken", "口头"),
    ("email", "E-mail", "电子邮件"),
    ("web", "Website", "网站"),
    ("wechat", "WeChat", "微信"),
    ("takeover", "Taken over", "历史数据"),
)

# Purpose and channel, joined by a dash: the only consents there are.
CONSENT_KEYS: Final = _listed(
    ("marketing-email", "Offers by e-mail", "邮件推送优惠"),
    ("marketing-phone", "Offers by phone", "电话推介"),
    ("marketing-sms", "Offers by text message", "短信推送优惠"),
    ("marketing-wechat", "Offers by WeChat", "微信推送优惠"),
    ("marketing-post", "Offers by post", "邮寄宣传资料"),
    ("survey-email", "Surveys by e-mail", "邮件满意度调查"),
    ("survey-phone", "Surveys by phone", "电话满意度调查"),
    ("sharing-partners", "Passing data on to partners", "向合作方提供数据"),
)
