"""What companies do, as a word of their names: 科技, trading (pure).

Such a word says little about which company it is. Every spelling of it stands for one.
"""

import re
from typing import Final

_CHINESE: Final = (
    "信息技术 网络科技 生物科技 环保科技 教育科技 电子科技 智能科技 电子商务 文化传媒 文化传播 "
    "装饰工程 "
    "建筑工程 机电设备 机械设备 通讯设备 智能装备 医疗器械 仪器仪表 汽车配件 汽车销售 供应链管理 "
    "企业管理 "
    "投资管理 酒店管理 物业管理 农业发展 农业科技 食品加工 五金制品 塑料制品 金属制品 包装材料 "
    "新材料 建筑材料 "
    "进出口 国际贸易 国际物流 货运代理 人力资源 房地产 新能源 信息科技 电子 科技 技术 贸易 商贸 "
    "实业 工贸 食品 饮料 "
    "物流 运输 建材 医药 药业 机械 设备 服装 服饰 餐饮 传媒 广告 工程 建设 建筑 装饰 农业 生物 "
    "环保 能源 投资 控股 "
    "咨询 管理 服务 家具 化工 纺织 印刷 包装 电器 电气 通讯 通信 教育 酒店 超市 百货 商场 商店 "
    "商行 经营部 门市部 工厂 "
    "制造 工业 发展 集团 国际 股份 材料 制品 用品 产品 配件 五金 塑料 钢铁 金属 软件 网络 信息 "
    "数码 文化 旅游 医疗 "
    "美容 汽车 船舶 航空 珠宝 茶业 酒业 粮油 水产 果蔬 花卉"
).split()

# One line a word: how it is spelled out, then its other spellings.
_LATIN: Final = """
technology technologies tech technik technologie technologia tecnologie tecnologia
international intl internationale internacional internazionale int
manufacturing mfg manufacture manufacturers fabrication
services service svc svcs serv servicios servizi dienstleistungen
engineering eng engrg engineers
industries industry ind industrial industrie industria industriel
logistics logistik logistique logistica log logistic
construction constr constructions costruzioni construcciones bau bouw const
electronics elec elektronik electronic electronique elettronica elektro electric electrical
trading trade trades traders handel handels negoce commerce commercial comercial commerciale
foods food lebensmittel alimentari alimentos alimentation nahrungsmittel
machinery machines maschinen maschinenbau macchine machine
consulting consultants consultancy consult beratung conseil
transport transports transporte spedition trasporti shipping freight forwarding
textiles textile textil tessile
supplies supply bedarf
packaging verpackung verpackungen emballages imballaggi
pharma pharmaceuticals pharmaceutical pharmazie
medical medizin medizintechnik medica
software
systems system systeme sistemi sistemas sys
solutions solution loesungen losungen
group gruppe groupe gruppo grupo grp holding holdings
furniture mobel moebel meubles mobili
bakery backerei baeckerei boulangerie panificio
printing druck druckerei print imprimerie
automotive auto automobile autos cars
energy energie energia
marketing media medien
hotels hotel
catering gastro gastronomie
security sicherheit
design
wines wine wein weine vini vins
coffee kaffee caffe cafe
import imports imp
export exports exp
equipment equip
chemicals chemical chemie chem chimica
products product produkte prodotti
enterprises enterprise ent
associates assoc
management mgmt
distribution distr dist vertrieb
company firma
"""
SPELLED: Final = {
    word: line.split()[0] for line in _LATIN.strip().splitlines() for word in line.split()
}
# Longest first, so that 信息技术 is not read as 技术 behind a brand that ends in 信息.
CHINESE: Final = sorted(set(_CHINESE), key=lambda word: (-len(word), word))
_chinese = re.compile(f"(?:{'|'.join(CHINESE)})$")


def spelled_out(word: str) -> str:
    """The one spelling of a word: intl is international. Other words stay."""
    return SPELLED.get(word, word)


def is_trade(word: str) -> bool:
    """Whether a Latin word, spelled out, says what a company does."""
    return word in SPELLED


def split(core: str) -> tuple[str, str]:
    """(brand, trade) of a Chinese name without place and form; two characters of brand stay."""
    brand = core
    while (found := _chinese.search(brand)) and found.start() >= 2:
        brand = brand[: found.start()]
    return brand, core[len(brand) :]
