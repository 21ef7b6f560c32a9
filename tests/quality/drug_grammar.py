"""Innocent listings and messages about goods whose names also mean a drug: thousands a name, from a grammar.

Written from catalogues and trade letters, not from the packs: what a maker of ice machines, hemp rope, coke,
test strips or K9 trophies writes, with the amounts, purities, parcels and haste of ordinary trade.
`NAMES` lists the names; `generate(name, n, seed)` gives the same messages for the same arguments.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.model import Message


@dataclass(frozen=True, slots=True)
class Goods:
    """What one homonym is sold as: the goods path, the goods, and words said about them."""

    path: str
    items: tuple[str, ...]
    about: tuple[str, ...] = ()


def _goods(path: str, items: str, about: str = "") -> Goods:
    return Goods(path, _split(items), _split(about))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


_GOODS: dict[str, Goods] = {
    "ice": _goods(
        "Home Appliances > Ice Makers",
        "commercial ice maker|countertop bullet ice maker|dry ice blasting machine|ice cream roll machine|stainless ice bucket"
        "|reusable gel ice pack|ice cube tray silicone|ice silk sleeves|ice roller for face|ice crusher|hockey ice skates"
        "|flake ice plant for fish|ice lolly mould|snow ice shaver|ice melt salt",
        "makes 25 kg a day|crystal clear cubes|R290 gas|keeps 6 hours|for bars and clubs|party size",
    ),
    "crystal": _goods(
        "Gifts & Crafts > Crystal Crafts",
        "K9 crystal trophy|crystal chandelier|clear quartz crystal point|crystal oscillator 8 MHz|crystal glass vase|crystal growing kit for kids"
        "|liquid crystal display module|crystal rhinestones hotfix|menthol crystals BP|healing crystal bracelet|crystal light cigarette tray",
        "A grade clear|laser engraving|hand polished|pure white|sparkling|99% pass rate",
    ),
    "glass": _goods(
        "Home & Garden > Glassware",
        "borosilicate glass tube|tempered glass protector|glass pipe fitting for laboratory|wine glass set|glass bottle 50 ml|glass straw"
        "|glass beads 3 mm|stained glass lamp|frosted glass jar|glass teapot with infuser",
        "clear|lead free|heat resistant|hand blown|smoke grey color",
    ),
    "speed": _goods(
        "Electronics > Motor Controllers",
        "brushless speed controller 60A|high speed steel drill set|speed dome camera|bicycle speed sensor|variable speed blender|speed skates"
        "|speed cube 3x3|speed reducer NMRV|jump rope speed cable|GPS speedometer|speed bump rubber",
        "120 km/h|3000 rpm|two speed|wired or wireless|fast base plate",
    ),
    "coke": _goods(
        "Minerals & Metallurgy > Coke",
        "metallurgical coke 30-80 mm|foundry coke|calcined petroleum coke|coke oven door|coke breeze|pet coke fuel grade|coke can cooler"
        "|vintage coke bottle opener|coke glass 330 ml|graphitized coke recarburizer",
        "ash 12.5%|sulphur 0.6%|fixed carbon 86%|moisture 5%|by the key of the bill of lading|white label",
    ),
    "snow": _goods(
        "Auto Accessories > Snow Chains",
        "snow chains for SUV|snow blower 7 HP|snow globe music box|artificial snow powder|snow boots for kids|snow shovel|snow machine for stage"
        "|snow white marble slab|snow tube|snow fence net|snow crab flakes",
        "white|pure white finish|party snow|for the festival|100 g bag makes 5 litres",
    ),
    "blow": _goods(
        "Machinery > Blow Molding",
        "blow moulding machine 5 L|blow dryer 2000 W|blow off valve|inflatable blow up pool|blow gun air|leaf blower|blow fill seal line",
        "PET bottles|1,200 bph|white or black|line speed",
    ),
    "powder": _goods(
        "Chemicals > Coatings",
        "powder coating RAL 9016|talc powder cosmetic grade|milk powder full cream|matcha powder|iron powder 200 mesh|white cement powder"
        "|baking powder|washing powder|glitter powder|pearl powder|tungsten carbide powder|loose setting powder",
        "pure white|99% purity|25 kg bag|vacuum sealed|uncut fibres free|high quality|fine powder",
    ),
    "rock": _goods(
        "Construction > Stone",
        "rock wool board|rock drill bit|himalayan salt rock lamp|rock climbing rope|lava rock for grill|granite stone kerb|rock phosphate|rock candy sticks"
        "|crack filler for asphalt|crack sealing machine",
        "big pieces|crack free|pipe insulation|smoke resistant",
    ),
    "molly": _goods(
        "Toys > Dolls",
        "Molly rag doll 40 cm|molly screw anchor M6|molly fish food pellets|hollow wall molly bolt|Molly story book|Lucy and Molly puppet set",
        "soft|pure cotton|caps on both ends|zinc plated|100 pcs a bag",
    ),
    "ecstasy": _goods(
        "Home Decor > Painting",
        "Ecstasy of colours abstract canvas|Ecstasy eau de parfum glass bottle|Ecstasy rose bush|The Ecstasy of Saint Teresa bust|Ecstasy film poster",
        "60x90 cm|hand painted|100 ml|pressed flowers|rolls of canvas",
    ),
    "special k": _goods(
        "Food Machinery > Cereal",
        "Special K cereal packing line|Special K bar flow wrapper|special K letters foil balloon|special K type thermocouple|special k factor ferrite",
        "40 bags a minute|line speed 60 m/min|party set|needle point sensor|14K plated",
    ),
    "k9": _goods(
        "Gifts > Trophies",
        "K9 crystal cube|K9 optical glass prism|K9 dog harness|K9 paperweight|K 9 unit patch|14k gold chain 5 g|K type probe|vitamin K2 MK7 powder",
        "clear|crystal|5 g each|needle etched|1 key ring free",
    ),
    "acid": _goods(
        "Chemicals > Acids",
        "citric acid monohydrate|hyaluronic acid serum|lead acid battery|amino acid liquid fertilizer|acid wash denim jacket|acid proof tile|folic acid"
        "|stearic acid triple pressed|acid free tabs dividers|oxalic acid",
        "25 kg bag|99.5%|food grade|drops|papers for archive|trip free delivery",
    ),
    "tabs": _goods(
        "Office > Index Tabs",
        "index tabs 100 sheets|velcro tabs|ring pull tabs|dishwasher tabs 60 pcs|tablet stand|blotter paper sheets|desk blotter pad|picture hanging tabs"
        "|stamp album with blotter strips|perforated ticket sheets",
        "50 sheets|colour dye|acid free|tested|stick on",
    ),
    "mushroom": _goods(
        "Agriculture > Mushrooms",
        "dried shiitake mushroom|oyster mushroom spawn|mushroom grow bag|lion's mane extract powder|mushroom night light|mushroom chocolate mould"
        "|mushroom head bolt|reishi coffee|enoki canned|mushroom ottoman|morel dried caps",
        "caps and stems|3.5 oz bag|magic colour change|trip to our farm|dried",
    ),
    "weed": _goods(
        "Garden > Weed Control",
        "weed mat 100 g/m2|weed trimmer line|weed control fabric|weed puller|seaweed snack|weed burner torch|weed killer sprayer|weed barrier roll|duckweed protein",
        "strong|100 m a roll|gas powered|green|buy 2 get one",
    ),
    "pot": _goods(
        "Garden > Pots",
        "terracotta pot|stainless stock pot|hot pot cooker|self watering pot|pot plant stand|flower pot mould|moka pot|soil bag for pot",
        "green or brown|5 gallon|smoke colour|1 oz|indoor grown herbs",
    ),
    "grass": _goods(
        "Garden > Artificial Grass",
        "artificial grass 30 mm|grass seed mix 10 kg|grass trimmer|grass jelly powder|cut grass collector|grass skirt party|lemongrass oil|seagrass basket|gras seed rye",
        "UV resistant|green|high density|for football clubs",
    ),
    "bud": _goods(
        "Gifts > Flowers",
        "bud vase set|rose bud tea|cotton buds 200 pcs|ear bud tips|wireless earbuds|bud green tea|hop buds for brewery|taste bud spice kit",
        "top shelf quality|dried|500 g|vacuum bag|fresh strain free",
    ),
    "kush": _goods("Home > Cushions", "Kush memory foam cushion|Kush seat pad|kushi skewer set|Hindu Kush trekking map|kush ball toy", "soft|coccyx relief"),
    "420": _goods(
        "Metals > Stainless Steel",
        "420 stainless steel strip|420D nylon oxford|420 ml travel mug|420 grade knife blade|420 W solar panel|420x594 mm paper",
        "smoke grey|cold rolled|green|2.5 mm",
    ),
    "hash": _goods(
        "Food > Frozen",
        "frozen hash brown triangles|hash brown machine|ASIC miner hash rate 100 TH|hash board repair kit|corned beef hash can|hash function chip",
        "10 kg carton|golden|100 g each|plates of 12",
    ),
    "joint": _goods(
        "Construction > Drywall",
        "joint compound 20 kg|universal joint cross|expansion joint rubber|ball joint kit|joint tape paper roll|finger joint panel|knee joint support|blunt tip needles",
        "smooth|paper|pre rolled tape|smoke seal",
    ),
    "hemp": _goods(
        "Textile > Hemp",
        "hemp rope 6 mm|hemp canvas fabric|hemp seed oil cold pressed|hemp protein powder 50%|hulled hemp seeds|hemp twine|hemp tote bag|hemp hurd animal bedding"
        "|hemp shirt|hempcrete block",
        "no cannabinoids declared|organic|natural|100 m|THC free",
    ),
    "cbd district": _goods(
        "Services > Exhibition",
        "hotel in the CBD|office near Beijing CBD|CBD tower elevator panel|hall close to Guangzhou CBD|CBD bus line display",
        "20 minutes from the airport|we pick you up|walk to the metro",
    ),
    "poppy": _goods(
        "Apparel > Dresses",
        "poppy print midi dress|artificial poppy flower|remembrance poppy badge|California poppy seeds 5 g|poppy red lipstick|poppy seed grinder|Poppy plush toy",
        "floral|red|pods pattern|dried look",
    ),
    "dope": _goods(
        "Textile > Yarn",
        "dope dyed polyester yarn 150D|doped silicon wafer|aircraft dope brush|dope black hoodie print|nitrogen doped graphene|spun dope dyed fibre",
        "black|AA grade|fire retardant|brown|cones of 4 kg",
    ),
    "brown sugar": _goods(
        "Food > Sugar",
        "brown sugar 50 kg|brown sugar boba syrup|China white porcelain cup|horse tack bridle|coal tar epoxy|road tar boiler|brown horse figurine|lip smack balm",
        "white or brown|by the bag|pure cane|stamp on bottom",
    ),
    "lean": _goods(
        "Services > Factory",
        "lean manufacturing kit|lean pipe workbench|lean meat slicer|leaning mirror|lean on bar stool|maple syrup 1 pint|purple grape juice",
        "sealed|pint glasses|syrup pump|stock ready",
    ),
    "bars": _goods(
        "Metals > Steel Bars",
        "deformed steel bars 12 mm|pull up bar|chocolate bars 100 g|bar stools set of 2|school bus toy|roof bars|handle bars alloy|protein bars 60 g|hulk action figure",
        "pressed|2 mm|white|green|generic fit",
    ),
    "m30": _goods(
        "Hardware > Bolts",
        "M30 hex bolt|M30 x 120 anchor|M30 nut grade 8|thread cutting die M30|M30 eye bolt|proximity sensor M30|blue jeans|blues harmonica|perks gift card box",
        "blue zinc|galvanised|30 mg/m2|pressed washer|tab washer",
    ),
    "vent": _goods("Auto > Vents", "air vent clip perfume|event tent 10x10|vent cover|Fenty style makeup sponge|vented helmet|China girl figurine|roof vent", "patch panel|pure aluminium"),
    "gbl": _goods(
        "Electronics > Batteries",
        "GBL 12-7 battery|GBL series lithium pack|GBL gaussian beam laser|GHB hinge black|BDO audit report folder|BDO game figure|wheel cleaner brush|alloy wheel cleaner foam 500 ml",
        "48V|99.9% uptime|1 L bottle|strong",
    ),
    "spice": _goods(
        "Food > Spices",
        "masala spice mix|spice grinder|spice rack|K2 glacier tent|K2 refrigerator magnet|incense sticks sandalwood|incense burner|pumpkin spice candle|potpourri bag",
        "smoke smell|herbal|blend|strong aroma|paper box|100 g",
    ),
    "bath salts": _goods(
        "Beauty > Bath",
        "lavender bath salts 500 g|epsom bath salt|dead sea bath salts|bath bomb gift set|foot bath salt tablets|bath salts jar label",
        "crystals|pink|relaxing|not for consumption|strong fragrance",
    ),
    "plant food": _goods(
        "Agriculture > Fertilizer",
        "plant food NPK 20-20-20|liquid plant food 1 L|orchid plant food spikes|research vessel model|RC car 1:10|RC boat brushless|reinforced RC pole",
        "water soluble|1 kg|pure|crystals|fast",
    ),
    "poppers": _goods(
        "Party > Poppers",
        "party poppers confetti|jalapeno poppers frozen|popcorn popper machine|fidget popper|hair popper clips|champagne party popper|rush woven seat|rush order stamp",
        "30 pcs|loud|10 cm|urgent rush order please",
    ),
    "whipper": _goods(
        "Kitchen > Cream Whippers",
        "cream whipper 500 ml aluminium|cream charger holder|whippet dog coat|whipped cream dispenser nozzle|nitrous oxide sensor|laughing Buddha statue|galaxy projector",
        "kitchen|decorating tips|balloon whisk|stainless",
    ),
    "gear": _goods(
        "Machinery > Gears",
        "spur gear module 2|gear oil 75W-90|gear pump|camping gear bag|gear motor 12 V|juice extractor|orange juice machine|test bench|digital test meter|steering gear rack",
        "oil 10 ml sample|cycle test|raw casting|mg alloy|bulk",
    ),
    "t3 t4": _goods(
        "Lighting > Tubes",
        "T3 LED tube|T4 fluorescent batten|T3 tool steel|T4 temper aluminium 2024|Samsung S4 case|MK handbag zipper|RAD torch|LGD panel 32 inch|S23 charger",
        "cut to size|cycle life|cool white|capsule packing",
    ),
    "tb": _goods(
        "Electronics > Storage",
        "2 TB hard drive|TB-500 terminal block|4TB SSD|BPC film capacitor|GLP lab notebook|CJC bearing|semaphore toy|seamless leggings|tirzah trimming lace|reta tape",
        "kit of 10|5 Mbps|vials of screws|US warehouse|domestic delivery",
    ),
    "vial": _goods(
        "Packaging > Vials",
        "10 ml glass vial empty|vacuum blood tube blue top|flip off cap 20 mm|vial tray|dropper bottle|cryo vial|vial labels blank|crimping tool for caps|vial filling machine",
        "sterile|clear|kit of 100|blue or red top|10 ml",
    ),
    "syringe": _goods(
        "Medical > Syringes",
        "insulin syringe 1 ml|feeding syringe 60 ml|glue dispensing needle|needle bearing HK0808|knitting needles|syringe pump|insulin cooler bag|insulin pen needles|sewing needle kit",
        "30G|sterile|empty|CE|points",
    ),
    "pipe": _goods(
        "Construction > Pipes",
        "PVC pipe 110 mm|glass pipe fittings|stainless pipe elbow|pipe cutter|oil burner nozzle|ceramic oil burner for fragrance|bongo drum 6 inch|drilling rig mat|bubbler for aquarium"
        "|coffee grinder|angle grinder 125 mm|meat grinder|DAB radio",
        "smoke grey|14 mm|percussion|bowl shape|glass",
    ),
    "press": _goods(
        "Machinery > Presses",
        "hydraulic press 20 t|heat press mug|candle mould|salt tablet press|chlorine tablet machine|pocket scale 0.01 g|kitchen scale 5 kg|zip bags 100 pcs|olive press|pill box 7 days",
        "die set|stamp logo|mould included|pressed steel",
    ),
    "candy": _goods(
        "Food > Confectionery",
        "gummy candy 1 kg|rainbow fruit candy|chocolate cookies|lollipop sticks|popping candy|hard candy mould|marshmallow|cotton candy machine|honey sticks pack",
        "5 g each|mg of sugar less|sweet|party bag",
    ),
    "plug": _goods(
        "Electronics > Plugs",
        "UK plug socket 13A|smart plug wifi|spark plug|ear plug|hub connector|score board|butt plug weld fitting|rubber stopper plug|drop in anchor|DM500 receiver",
        "fast drop shipping|menu button|key switch|stealth black",
    ),
    "logistics": _goods(
        "Services > Freight",
        "DDP freight to Mexico|double clearance air line|customs clearance service|door to door sea freight|self pick up at Poland warehouse|double customs clearance and tax included",
        "powder and liquid need MSDS|safe delivery|tracking number|discount by kg",
    ),
    "number": _goods(
        "Office > Documents",
        "PO 28578-16|invoice 20320-59|order no 1451-82|SKU 5449-127|HS code 2922.39.00|part number 79099-07|lot 41661-47|job 5413-05|meter serial 28578167",
        "66 cartons|gross weight 1867 kg|paid|see attachment",
    ),
    "legal cas": _goods(
        "Chemicals > Organic Chemicals",
        "citric acid CAS 77-92-9|sodium bicarbonate 144-55-8|titanium dioxide CAS 13463-67-7|methylene blue CAS 61-73-4|taurine 107-35-7|propylene glycol 57-55-6|vanillin 121-33-5"
        "|glycerol CAS No. 56-81-5|HPMC 9004-65-3|urea CAS: 57-13-6|caffeine anhydrous 58-08-2|ascorbic acid 50-81-7|menthol 2216-51-5",
        "99% purity|25 kg bag|white crystalline powder|COA|door to door|in stock|free sample 100 g",
    ),
    "test kit": _goods(
        "Medical > Rapid Tests",
        "fentanyl test strips|5 panel urine drug test cup THC COC MOP AMP MET|ketamine rapid test cassette|MDMA saliva test|antibiotic residue test for milk|clenbuterol ELISA kit"
        "|multi drug test dip card 12 panel|HCG pregnancy test strip|ractopamine test card|morphine urine test",
        "20 ng/ml|25 a box|CE|bulk|results in 5 minutes",
    ),
    "free from": _goods(
        "Health > Personal Care",
        "codeine-free cough drops|steroid free eczema cream|hydroquinone-free whitening cream|antibiotic free chicken feed|ephedrine free slimming tea|ketoconazole-free shampoo"
        "|THC free hemp balm|acetone free nail remover|toluene free polish|melatonin-free pillow spray|nicotine free herbal sticks",
        "dermatologist tested|herbal|30 ml|strong hold|OEM",
    ),
    "refusal": _goods(
        "Services > Notice",
        "we do not sell tramadol|we never supply ketamine|cocaine and heroin are prohibited here|sorry, ephedrine is controlled and we cannot sell it|our store has no steroids"
        "|мы не продаём трамадол|no vendemos cocaína ni heroína|我们不卖麻黄碱|wir verkaufen kein Ketamin|nous ne vendons pas de cannabis",
        "please ask for other goods|thanks|kind regards",
    ),
    "media": _goods(
        "Books & Media > Posters",
        "Opium War history book|cocaine documentary DVD|say no to heroin poster|anti-drug education brochure about methamphetamine|cannabis policy textbook|marijuana leaf awareness poster"
        "|heroin chic photo book|movie poster of the meth chemist",
        "paperback|A2|300 pages|museum shop",
    ),
    "near words": _goods(
        "Apparel > Costumes",
        "heroine costume|heroine wig|methane detector|methanol 99.85%|codec board|cocoa powder|coconut oil|marina sail bag|opulent sofa|cannibal film pin"
        "|ambient lamp|morphing toy|vellum tape|melamine tableware|heron garden figure|Cockaigne map print|ketchup sachet|crackle glaze",
        "in stock|25 kg|bulk",
    ),
    "oxy": _goods("Machinery > Welding", "oxy acetylene torch kit|oxy fuel hose|oxygen regulator|oxy cutting nozzle|oxy bleach powder 1 kg|oxford shirt", "blue hose|tabs|30 bar"),
    "pcp": _goods("Sports > Airguns", "PCP air pump 4500 psi|PCP hand pump|pcp tank valve|PCP compressor 12V|pcp rifle scope rail|PCP filling probe", "high pressure|pure air|powder filter"),
    "bzp": _goods("Hardware > Screws", "BZP hex bolt M8|BZP washers|coach bolt BZP|M10 BZP nut|BZP hinge|BZP steel band", "grade 8.8|100 pcs|anti pilling"),
    "hgh": _goods("Automation > Linear", "HGH20CA linear guide block|HGH25 rail|HGH15 carriage|HGH30HA bearing block|linear rail HGH 1000 mm", "kit with 2 blocks|10 pcs a box|top seal"),
    "mda": _goods("Chemicals > Epoxy", "4,4'-MDA free hardener|MDA display adapter|MDA8 amplifier board|DMT connector|DMT sharpening plate diamond|DOC file of the manual|DOI number label|DOM ring", "powder grit|crystal|oil free"),
    "lsd": _goods("Auto > Differentials", "LSD differential for BMW E36|1.5 way LSD|limited slip LSD kit|gear oil for LSD|LSD friction plate set|rear LSD Silvia", "2 way|tabs machined|tested"),
    "thc": _goods("Machinery > CNC", "THC torch height controller|plasma THC lifter|arc voltage THC|THC for CNC plasma|hemp fabric, THC free", "cart mounted|oil free|1 g accuracy"),
    "制冰机": _goods("制冷 > 制冰机", "商用制冰机|方冰制冰机|冰箱保鲜盒|冰柜 500升|干冰清洗机|冰袋|冰丝凉席|冰淇淋机|雪花制冰机", "日产80公斤|现货|包邮|一台起订|口感好"),
    "冰糖": _goods("食品 > 糖", "单晶冰糖|多晶冰糖 25kg|黄冰糖|冰糖葫芦机|冰粉 原料|冰红茶粉", "透明大块|一克不少|500克|现货"),
    "溜冰": _goods("运动 > 溜冰鞋", "儿童溜冰鞋|溜冰场护栏|溜冰护具|冰壶 桌面游戏|冰球杆|猪肉脯 200克|猪肉干 零食", "现货|货到付款|可调节"),
    "叶子": _goods("汽车 > 叶子板", "汽车叶子板|叶子造型胸针|茶叶子 散装|仿真叶子|叶子挂画|亚麻叶子印花布", "现货|一包100片|到货"),
    "邮票": _goods("收藏 > 邮票", "集邮册|纪念邮票 套装|邮票放大镜|邮票形打孔机|邮票贴纸", "一张起|有货|包邮"),
    "蓝精灵": _goods("玩具 > 公仔", "蓝精灵公仔|摇头玩偶|蓝精灵书包|弹簧摇头摆件|可卡犬毛绒玩具|可卡犬牵引绳", "现货|20cm|一包两个"),
    "白粉": _goods("文具 > 粉笔", "无尘白粉笔|白粉底液|白粉墙涂料|四号电池|四号砂纸|白面粉 25公斤", "一盒50支|现货|有货"),
    "大麻布": _goods("纺织 > 面料", "大麻纤维混纺布|汉麻面料|亚麻古风连衣裙|大麻籽 食品|大麻绳|工业大麻纤维板", "每米200克|现货|包邮"),
    "罂粟花": _goods("服装 > 连衣裙", "罂粟花印花连衣裙|罂粟红口红壳|虞美人种子|罂粟花油画|鸦片战争 绘本", "现货|一件起批"),
    "神仙水": _goods("美妆 > 护肤", "神仙水精华液 230ml|奶茶粉 1公斤|跳跳糖 原料|沐浴盐 玫瑰|浴盐球|咖啡包装盒|树枝装饰|奶油枪 不锈钢", "现货|私人定制|包邮|一包"),
    "尿检板": _goods("医疗 > 检测", "三合一尿检板 吗啡 冰毒 氯胺酮|毛发毒品检测试剂盒|瘦肉精检测卡|抗生素残留检测试纸|大麻唾液检测板", "10人份|现货|CE"),
    "不含": _goods("保健 > 食品", "代餐粉 不含西布曲明|中草药膏 不含激素|蛋白棒 不含类固醇|止咳糖 不含可待因|饲料 无抗生素 不含瘦肉精", "现货|包邮|一盒"),
    "ru goods": _goods("Товары > Разное", "соль поваренная 25 кг|скорость вращения 3000 об/мин, дрель|сосновые шишки декоративные|закладка для книг|мука пшеничная|марки для альбома|трава искусственная 30 мм"
                       "|винт М6|снег искусственный|колёса для тележки|кристаллы Сваровски|план дома настенный", "в наличии|100 грамм|1 кг|сегодня отправим"),
    "de goods": _goods("Waren > Diverses", "Grassamen 10 kg|Koks für Gießerei|Schneeketten|Pep Guardiola Poster|Ersatzteile und Teile für Traktor|Pillendose 7 Tage|Pappen 300 g", "100 Gramm|vakuumiert|diskret verpackt|ab Lager"),
    "fr goods": _goods("Articles > Divers", "herbe synthétique 30 mm|neige artificielle|tasse shit happens|buvard pour encre|bonbons assortis|coke métallurgique|ballons gaz hélium", "livraison rapide|100 grammes|tarif de gros|dispo"),
    "es goods": _goods("Artículos > Varios", "nieve artificial spray|hierba seca decorativa|cartones de embalaje|perico de peluche|coca cola vaso|cristal templado|caballo de madera", "100 gramos|envío a domicilio|precio por kilo|disponible"),
    "pt goods": _goods("Artigos > Festa", "bala de coco|doce de leite|lança confete|balas de goma sortidas|doce de festa infantil|pó de café|erva mate 1 kg", "kit 100 un|pronta entrega|tabela de preços|festa"),
    "world goods": _goods("Goods > World", "아이스박스 20L|아이스크림 기계|かき氷シロップ|氷砂糖 1kg|草刈り機|máy làm đá viên|kem tuyết|Kristal şeker 50 kg|حشيش صناعي للملاعب|عشب صناعي|cam kavanoz|gula es batu", "현货 재고|100 g|للبيع بالجملة|sẵn hàng|stokta"),
}  # fmt: skip

NAMES: tuple[str, ...] = tuple(_GOODS)
"""The homonyms there are goods for."""

_ADJECTIVES = ("", "", "new", "wholesale", "custom", "high quality", "factory price", "2021 hot sale", "OEM", "premium", "cheap", "durable", "best")
_SIZES = ("", "100 g", "500 g", "1 kg", "25 kg bag", "5 oz", "10 pcs", "1000 pcs", "3.5 inch", "20x30 cm", "2 kg/box", "12V", "1 L", "50 ml", "bulk", "99% pass QC")  # fmt: skip
_TRADE = (
    "in stock", "MOQ 100 pcs", "free sample", "low price, DM us", "fast shipping by DHL", "vacuum bag packing", "lead time 15 days", "FOB Ningbo", "price per g on request",
    "best quality, strong package", "ships in 24 h", "sealed carton", "discount for bulk", "ask for our price list", "logo accepted", "top sale this weekend",
    "Trade Assurance accepted", "CE RoHS", "for party and club", "discreet plain carton", "key account price", "ready to ship tonight", "5 bags per bundle", "A grade", "certificate available",
)  # fmt: skip
_LETTERS = (
    "Dear friend, about the {item}: {trade}. {about}", "Hi, the {item} sample is ready, {about}, {trade}", "{item}, {size}, {trade}? please confirm today",
    "Our client wants 2,000 {item}, {about}; {trade}", "The {item} was cracked on arrival, please pack with more foam", "We received the {item}, quality is good, {about}",
    "Quotation: {item} {size}, {trade}, valid 7 days", "Please change the artwork for {item}; {about}",
)  # fmt: skip
_TITLES = ("{adj} {item} {size}", "{item} {size} {about}", "{adj} {item}, {about}, {trade}", "{item} | {size} | {trade}", "{item} {about}\n{trade}, {trade2}", "{adj} {item} {size}. {trade}; {trade2}")


def generate(name: str, n: int, seed: int) -> Iterator[Message]:
    """`n` innocent messages about one homonym, two thirds listings; KeyError for a name not in `NAMES`."""
    goods = _GOODS[name]
    rng = random.Random(f"{name}/{seed}")
    for _ in range(n):
        yield _message(goods, rng)


def _message(goods: Goods, rng: random.Random) -> Message:
    listing = rng.random() < 2 / 3
    text = rng.choice(_TITLES if listing else _LETTERS).format(
        item=rng.choice(goods.items),
        adj=rng.choice(_ADJECTIVES),
        size=rng.choice(_SIZES),
        about=rng.choice(goods.about or ("good",)),
        trade=rng.choice(_TRADE),
        trade2=rng.choice(_TRADE),
    )
    text = " ".join(text.replace("\n", " \n ").split(" ")).strip()
    if not listing:
        return Message(text=text, role=rng.choice(("seller", "buyer")))
    path = goods.path if rng.random() < 0.7 else None
    return Message(text=text, kind="listing", category=path)
