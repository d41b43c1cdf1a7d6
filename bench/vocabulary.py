"""The words that invented customers are made of."""

import unicodedata

CHINESE_BRAND = (
    "华新安泰瑞丰恒达信诚宏鑫盛隆天宇海润东方金源中远博雅康健嘉禾亿联永昌德润佳美百顺同创智慧凯旋"
    "龙腾飞翔春晓明月星辰光辉科创世纪环球国际联合民生广源汇通利群万和正大祥云紫荆长青绿洲蓝海红杉"
    "银河鼎力启航领先卓越伟业宝石玉泉兰亭梅园竹林松涛雪峰江南北斗西湖秦岭黄河泰山衡岳昆仑峨眉武夷"
    "福禄寿喜吉庆如意平顺兴旺发财进步前程锦绣辉煌灿烂朝阳曙光黎明晨曦彩虹清风甘霖沃野厚土高原深蓝"
    "苏浙皖赣湘鄂豫鲁晋冀辽黑滇黔桂粤闽琼藏疆宁青甘陕渝蜀沪津京港"
)
CHINESE_TRADES = (
    "科技 贸易 实业 电子 食品 物流 建材 医药 机械 服装 餐饮 商贸 信息技术 网络科技 文化传媒 "
    "进出口 装饰工程 "
    "农业发展 生物科技 新能源 环保科技 投资管理 供应链管理 五金制品 塑料制品 包装材料 家具 化工 "
    "纺织 印刷 汽车配件 "
    "电器 通讯设备 智能装备 咨询 广告 酒店管理 教育科技 医疗器械 仪器仪表"
).split()
CHINESE_FORMS = (("有限公司", 70), ("有限责任公司", 15), ("股份有限公司", 10), ("集团有限公司", 5))
CHINESE_CITIES = tuple(
    (name, code)
    for name, code in (
        pair.split(":")
        for pair in (
            "北京:10 上海:21 广州:20 深圳:755 天津:22 重庆:23 杭州:571 南京:25 苏州:512 武汉:27 "
            "成都:28 "
            "西安:29 青岛:532 大连:411 宁波:574 厦门:592 福州:591 济南:531 郑州:371 长沙:731 "
            "合肥:551 沈阳:24 "
            "哈尔滨:451 长春:431 石家庄:311 太原:351 南昌:791 昆明:871 贵阳:851 南宁:771 "
            "海口:898 兰州:931 "
            "银川:951 西宁:971 无锡:510 常州:519 徐州:516 南通:513 扬州:514 温州:577 嘉兴:573 "
            "绍兴:575 金华:579 "
            "台州:576 泉州:595 漳州:596 烟台:535 潍坊:536 佛山:757 东莞:769 中山:760 珠海:756 "
            "惠州:752 洛阳:379"
        ).split()
    )
)
CHINESE_STREETS = (
    "人民路 中山路 解放路 建设路 和平路 新华路 文化路 北京路 南京路 长江路 黄河路 科技路 工业路 "
    "花园路 "
    "滨江路 湖滨路 体育路 学院路 火车站路 迎宾大道 世纪大道 高新大道 环城东路 环城西路 延安路 "
    "复兴路"
).split()
CHINESE_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
)

SURNAMES = (
    (
        "Müller Schmidt Weber Wagner Becker Hoffmann Schäfer Koch Richter Klein Wolf Schröder "
        "Neumann "
        "Schwarz Zimmermann Braun Krüger Hofmann Lange Krause Lehmann Köhler Herrmann König Walter "
        "Kaiser Fuchs Peters Möller Weiß Jung Hahn Vogel Friedrich Günther Keller Frank Berger "
        "Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus "
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Laurent Lefèvre "
        "Michel "
        "García Roux Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Mercier Blanc "
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti "
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans "
        "Walker "
        "White Roberts Green Hall Wood Jackson Clarke Campbell Murray Stewart Morrison Fraser "
        "Hughes "
        "Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Ruiz Hernández Díaz "
        "Moreno "
        "de_Vries van_Dijk Bakker Janssen Visser Smit Meijer Mulder Bos Vos Peeters Jansen "
        "Hendriks "
        "Andersson Johansson Karlsson Nilsson Eriksson Larsen Olsen Hansen Sørensen Jørgensen "
        "Åberg "
        "Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski Zieliński Novák Svoboda Dvořák"
    )
    .replace("_", " ")
    .split()
)
GIVEN = (
    "Anna Maria Peter Thomas Michael Andreas Julia Laura Sophie Marie Jean Pierre Luca Marco "
    "Giulia James John David Sarah Emma Carlos Ana Pablo Lucía Lars Erik Ingrid Jan Eva Petra"
).split()
HEADS = (
    "Nord Ost West Süd Alpen Rhein Elbe Donau Berg Stern Sonnen Euro Inter Trans Omni Medi Agri "
    "Bio Geo Hydro Aero Astra Nova Prima Ultra Vita Terra Luna Solar Delta Alpha Sigma Kappa "
    "Silver "
    "Gold Iron Stone River Lake Wood Bright Clear Swift Green Blue Red Black White High Grand"
).split()
TAILS = (
    "wind land feld tech lux plan form line point gate bridge field stone works craft mark star "
    "link port way ton ford burg haus hof mann pack print tex plast med pharm food vita dor via nix"
).split()
WESTERN_TRADES = (
    "Trading|Foods|Logistics|Logistik|Handel|Textiles|Machinery|Maschinenbau|Technologies|"
    "Technology|Consulting|Services|Electronics|Elektronik|Construction|Bau|Engineering|Supplies|"
    "Packaging|Pharma|Medical|Software|Systems|Solutions|International|Industries|Manufacturing|"
    "Import Export|Furniture|Möbel|Papeterie|Transports|Alimentari|Costruzioni|Wines|Coffee|"
    "Bakery|Bäckerei|Printing|Automotive|Energy|Marine|Hotels|Catering|Security|Media|Design"
).split("|")
WESTERN_FORMS = (
    ("GmbH", 22), ("Ltd", 14), ("Limited", 5), ("Inc.", 10), ("LLC", 8), ("S.A.", 8), ("SARL", 5),
    ("S.r.l.", 7), ("S.p.A.", 3), ("B.V.", 5), ("AG", 5), ("GmbH & Co. KG", 4), ("AB", 2),
    ("Co., Ltd.", 2),
)  # fmt: skip
WESTERN_CITIES = tuple(
    (name.replace("_", " "), country)
    for name, country in (
        pair.split(":")
        for pair in (
            "Berlin:DE Hamburg:DE München:DE Köln:DE Frankfurt:DE Stuttgart:DE Leipzig:DE "
            "Bremen:DE "
            "Dresden:DE Nürnberg:DE Hannover:DE Bonn:DE Zürich:CH Genève:CH Basel:CH Bern:CH "
            "Wien:AT "
            "Graz:AT Linz:AT Paris:FR Lyon:FR Marseille:FR Toulouse:FR Nantes:FR Lille:FR "
            "London:GB "
            "Manchester:GB Leeds:GB Bristol:GB Glasgow:GB Dublin:IE Madrid:ES Barcelona:ES "
            "Valencia:ES Sevilla:ES Milano:IT Roma:IT Torino:IT Bologna:IT Napoli:IT Amsterdam:NL "
            "Rotterdam:NL Utrecht:NL Bruxelles:BE Gent:BE Stockholm:SE Göteborg:SE Oslo:NO "
            "København:DK Warszawa:PL Kraków:PL Praha:CZ New_York:US Chicago:US Boston:US "
            "Seattle:US"
        ).split()
    )
)
WESTERN_STREETS = (
    "Hauptstraße|Bahnhofstraße|Schulstraße|Gartenstraße|Lindenallee|Bergstraße|Industriestraße|"
    "High Street|Station Road|Church Lane|Mill Road|Park Avenue|King Street|Queens Road|Main "
    "Street|"
    "Rue de la Gare|Rue Victor Hugo|Avenue de la Paix|Via Roma|Via Garibaldi|Corso Italia|"
    "Calle Mayor|Avenida de la Constitución|Plaza de España|Kerkstraat|Dorpsstraat|Storgatan"
).split("|")
DIALLING = {
    "DE": "49", "CH": "41", "AT": "43", "FR": "33", "GB": "44", "IE": "353", "ES": "34", "IT": "39",
    "NL": "31", "BE": "32", "SE": "46", "NO": "47", "DK": "45", "PL": "48", "CZ": "420", "US": "1",
}  # fmt: skip
TAGS = (
    "vip",
    "wholesale",
    "retail",
    "online",
    "export",
    "重点客户",
    "代理",
    "饮料",
    "冷链",
    "学校",
)
SHORTENED = {
    "International": "Intl", "Technologies": "Tech", "Technology": "Tech", "Manufacturing": "Mfg",
    "Services": "Svcs", "Engineering": "Eng", "Industries": "Ind", "Logistics": "Log",
    "Construction": "Constr", "Electronics": "Elec",
}  # fmt: skip


def latin(text: str) -> str:
    """A text without accents."""
    spread = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    return "".join(c for c in spread if not unicodedata.combining(c))
