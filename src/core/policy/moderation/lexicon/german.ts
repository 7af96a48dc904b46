/** German: the rules that a lexicon can hold. Umlauts are folded to plain vowels, ß to ss. */
import type { Lexicon } from './lexicon.ts';

export const GERMAN: Lexicon = {
  language: 'de',
  lists: {
    gruppe:
      'juden|die juden|muslime|moslems|die muslime|christen|auslander|die auslander|migranten|fluchtlinge|asylanten|asylbewerber|einwanderer|schwarze|die schwarzen|neger|turken|die turken|araber|polen|russen|ukrainer|syrer|afghanen|zigeuner|sinti und roma|roma|schwule|die schwulen|lesben|homosexuelle|transen|transsexuelle|frauen|weiber|behinderte|die behinderten|obdachlose|kanaken|kanacken|kameltreiber|schwuchteln|unglaubige|kopftuchmadchen',
    ungeziefer:
      'ungeziefer|ratten|kakerlaken|parasiten|untermenschen|tiere|affen|schweine|hunde|abschaum|dreck|eine plage|eine seuche|krebsgeschwur|ein krebsgeschwur|schmarotzer|vieh|bestien|keine menschen|abfall|mull|zecken|viren',
    tod: 'umbringen|toten|vergasen|erschiessen|abschlachten|ausrotten|aufhangen|hangen|verbrennen|erschlagen|vernichten|abstechen|kopfen|steinigen|ermorden|ausloschen|abknallen',
    wir: 'ich werde|ich werd|wir werden|ich will|wir wollen|ich bring|ich komme und|wir kommen und',
    geheim:
      'passwort|passworter|pin|tan|kreditkartennummer|kreditkartendaten|kontodaten|bankdaten|zugangsdaten|anmeldedaten|sicherheitscode|kontonummer|onlinebanking|wiederherstellungsphrase|seed phrase|kartendaten|einmalcode',
    partei:
      'afd|cdu|csu|spd|fdp|grune|die grunen|die linke|bsw|freie wahler|osterreichische volkspartei|fpo|spo|ovp|svp',
    politiker:
      'merz|friedrich merz|scholz|olaf scholz|weidel|alice weidel|habeck|robert habeck|soder|markus soder|lindner|wagenknecht|baerbock|hocke|kickl|steinmeier',
    droge:
      'kokain|koks|heroin|crystal meth|meth|ecstasy|mdma|lsd|speed|amphetamin|gras|cannabis|marihuana|ketamin|fentanyl|pilze|haschisch',
    krankheit:
      'krebs|diabetes|hiv|aids|corona|covid|autismus|alzheimer|demenz|multiple sklerose|epilepsie|depressionen|leukamie|tumore|rheuma|asthma|jede krankheit|alle krankheiten',
    mittel:
      'chlorbleiche|chlordioxid|mms|bleichmittel|natron|backpulver|kolloidales silber|vitamin c|schwarzkummelol|aprikosenkerne|globuli|homoopathie|ivermectin|urin|zitronensaft|knoblauch|kurkuma|dieser tee|unsere tropfen|diese tropfen|heilsteine|entsauerung|basenkur',
  },
  rules: [
    {
      rule: 'H1',
      patterns: [
        '(alle|diese|die|samtliche|jeden) (dreckigen|verdammten)? <gruppe> ~2 <tod>',
        '(wir|man|alle) (mussen|sollten|sollen|sollte|muss|wollen|werden) ~1 <gruppe> ~3 <tod>',
        '<gruppe> (gehoren|mussen|sollten|sollen|sollte man|muss man) ~2 (alle)? (vergast|erschossen|aufgehangt|getotet|umgebracht|vernichtet|ausgerottet|verbrannt|an die wand gestellt|ins gas|sterben|verrecken|krepieren|erschlagen|ins meer)',
        '(tod|tot) (den|allen|dem) <gruppe>',
        '<gruppe> (raus|ins gas|an die wand|abschlachten|vergasen)',
        '(todet|totet|vergast|erschiesst|erschlagt|verbrennt|hangt|jagt) (alle|die|diese) <gruppe>',
      ],
    },
    {
      rule: 'H2',
      patterns: [
        '<gruppe> sind (alle|nur|nichts als|wie|doch nur|bloss|einfach|alles|allesamt|nichts anderes als|schlimmer als)? (nur|dreckige|verdammte|wie|doch)? <ungeziefer>',
        '(dreckige|dreckiges|verdammte|stinkende|faule) (juden|jude|muslime|auslander|turken|neger|zigeuner|araber|polen|asylanten|schwule|lesben|kanaken|fluchtlinge|auslanderpack)',
        '(judenpack|zigeunerpack|auslanderpack|asylantenpack|kanakenpack|negerpack|kopftuchpack)',
      ],
    },
    {
      rule: 'H3',
      patterns: [
        '(kanake|kanaken|kanacken|kanacke|nigger|neger|negern|judensau|judenschwein|saujude|schlitzauge|schlitzaugen|schwuchtel|schwuchteln|kameltreiber|ziegenficker|spasti|mongo|zigeunerpack)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'H4',
      patterns: [
        '(heil hitler|sieg heil|deutschland den deutschen auslander raus|meine ehre heisst treue|blut und ehre|arbeit macht frei)',
        '(hitler|die nazis|die ss|himmler|goebbels) (hatte|hatten|war|waren) (recht|ein held|helden|gut|grossartig|ein grosser mann)',
        '(der|den) holocaust (gab es nie|hat es nie gegeben|ist eine luge|war eine luge|ist erfunden|hat nie stattgefunden|ist ein marchen)',
        '(die)? (gaskammern|auschwitz) (gab es nie|sind eine luge|ist eine luge|waren eine luge)',
        '(die)? (arische|weisse) rasse ~3 (uberlegen|herrschen|rein|auserwahlt|siegen|herrenrasse)',
      ],
    },
    {
      rule: 'H5',
      patterns: [
        '(alle|samtliche) <gruppe> (abschieben|ausweisen|einsperren|deportieren|remigrieren)',
        '<gruppe> (sind|ist) (alle|von natur aus|nun mal|einfach)? (kriminell|kriminelle|vergewaltiger|terroristen|diebe|minderwertig|dumm|faul|verbrecher|lugner|pervers|krank|messerstecher|betruger)',
        '<gruppe> (haben hier nichts (verloren|zu suchen)|gehoren nicht (hierher|hier her|zu uns|nach deutschland)|durfen hier nicht (arbeiten|wohnen|rein)|unerwunscht|verboten)',
        'an <gruppe> (wird nicht vermietet|vermieten wir nicht)',
      ],
    },
    {
      rule: 'R1',
      patterns: [
        '(du|er|sie|ihr) (bist|ist|seid|sind) (doch|nur|so|echt|wirklich)? (ein|eine|einfach)? (dreckiges|dreckige|fettes|fette|dumme|dummes|hassliche|hasslicher|wertloser|wertloses|erbarmlicher|mieses|mieser)? (arschloch|hurensohn|wichser|schlampe|hure|nutte|fotze|missgeburt|drecksau|idiot|versager|abschaum|stuck scheisse|stuck dreck|kruppel|spast|trottel|drecksack|fettsau|miststuck)',
        '(fick dich|verpiss dich|halt die fresse|leck mich am arsch|du hurensohn|du arschloch|du wichser|du schlampe|du missgeburt|du fotze|du drecksau)',
        'niemand (mag|liebt|braucht|vermisst|will) dich',
      ],
    },
    {
      rule: 'R2',
      patterns: [
        '(macht|machen wir|lasst uns) (ihr|ihm|ihnen) ~2 leben zur holle',
        '(schreibt|bombardiert|spammt|flutet|uberflutet) (ihr|ihm|sie|ihn|ihnen|ihre|seine) ~4 (voll|zu|bis|mit hassnachrichten|mit drohungen)',
        '(treibt|mobbt|jagt|ekelt) (sie|ihn) ~2 (aus der schule|aus dem netz|raus|in den selbstmord|weg|bis sie|bis er|von der schule)',
      ],
    },
    {
      rule: 'R3',
      patterns: [
        '(ich hoffe|ich wunsche dir|hoffentlich) ~4 (stirbst|stirbt|krepierst|krepiert|verreckst|verreckt|krebs|den tod|sterben|verrecken)',
        '(verrecke|verreck|stirb|krepier) (endlich|doch|du|einfach|langsam)',
        '(du hast|er hat|sie hat) (es|den tod) verdient zu sterben',
        'du verdienst (es zu sterben|den tod)',
      ],
    },
    {
      rule: 'T1',
      patterns: [
        '<wir> (dich|euch|ihn|sie|deine familie|deine kinder|alle|jeden von euch) ~3 (umbringen|um|toten|abstechen|erschiessen|abknallen|erschlagen|aufschlitzen|zusammenschlagen|fertigmachen und|verprugeln|totschlagen|kopfen|vergewaltigen)',
        '(ich bringe|ich bring|wir bringen) (dich|euch|ihn|sie|alle|deine familie) um (wenn|falls|und|weil|du|sobald|morgen|heute|$)',
        '(ich|wir) (steche|stechen|schlage|schlagen|knalle|knallen|schiesse|schlitze) (dich|euch|ihn|sie|dir|ihm|alle) ~3 (ab|tot|nieder|auf|kopf|zusammen|die kehle)',
        '(ich|wir) (weiss|wissen) wo du wohnst',
        '(du bist tot|du bist so gut wie tot|dein haus brennt|dein haus wird brennen|du wirst (sterben|bluten|brennen|das bereuen))',
      ],
    },
    {
      rule: 'T2',
      patterns: [
        '(ich|wir) (habe|haben|lege|legen) ~4 (bombe|bomben|sprengsatz) ~4 (gelegt|versteckt|platziert|deponiert|in der|im|unter|bahnhof|schule)',
        '(ich|wir) (werde|werden|sprenge|sprengen) ~4 (schule|kirche|moschee|synagoge|bahnhof|gebaude|rathaus|krankenhaus) ~2 (in die luft|sprengen|anzunden|niederbrennen|in brand)',
        '(amoklauf|massaker|blutbad) (morgen|am montag|heute) ~3 (schule|in der|bei uns)',
      ],
    },
    {
      rule: 'T3',
      patterns: [
        '(schliesst euch|schliess dich|tritt|kommt) ~3 (is|islamischen staat|isis|dschihad|al qaida)',
        '(der|die) (attentater|terroristen|amoklaufer|terrorist) (war|waren|ist|sind) (ein held|helden|ein martyrer|martyrer|im recht)',
      ],
    },
    {
      rule: 'T4',
      patterns: [
        '(bombe|rohrbombe|sprengsatz|sprengstoff|molotowcocktail|nagelbombe|rizin|sarin|giftgas) ~3 (selber|selbst|zu hause|einfach|zuhause)? (bauen|basteln|herstellen|mischen|baut man|baust du|mischst du|bastelst du)',
        '(so|wie) (baust du|baut man|baue ich|stellst du|stellt man|bastelt man|mischt man) ~4 (bombe|rohrbombe|sprengsatz|sprengstoff|molotowcocktail|rizin|sarin|giftgas|nagelbombe)',
      ],
    },
    {
      rule: 'T5',
      patterns: [
        '(zahl|zahle|uberweis|uberweise|zahlen sie|uberweisen sie|schick|uberweist) ~8 (oder|sonst) (ich|wir|deine|die|dein|alle) ~6 (veroffentliche|veroffentlichen|schicke|bereust|poste|passiert|umbringen|leiden|erfahrt|sehen|zerstoren|teilen)',
        'ware (doch)? schade wenn (ihr|ihm|deiner|deinem|dem|der|dir|etwas)',
      ],
    },
    {
      rule: 'S1',
      patterns: [
        '(harter|dicker|geiler|steifer|nasse|feuchte|enge) (schwanz|pimmel|penis|muschi|fotze|mose)',
        '(fick|ficke|leck|lutsch|bumse) (mich|ihn|sie|meinen schwanz|meine muschi|seinen schwanz|dich) (hart|tief|harter|durch|richtig)?',
        '(blowjob|arschfick|gangbang|sperma (auf|in|im)|abspritzen|analsex)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'S2',
      patterns: [
        '(nutten|huren|escort|erotische massage|erotikmassage|sexkontakte|callgirls?|taschengeldladies|prostituierte) ~6 (buchen|stunde|heute|diskret|anrufen|euro|verfugbar|ruf|besuch|nahe|whatsapp)',
        '(meine|heisse|nackte|versaute) (nacktbilder|nacktfotos|nacktvideos|pornos|onlyfans)',
        '(geile|heisse|willige|einsame) (singles|frauen|hausfrauen|milfs|girls|luder) (in deiner nahe|warten|wollen|aus deiner|live|vor der cam)',
      ],
    },
    {
      rule: 'S3',
      patterns: [
        '(nacktbilder|nacktfotos|sexvideo|intime (bilder|fotos|videos)) (von|deiner|meiner|seiner) ~5 (veroffentlichen|leaken|posten|verschicken|teilen|hochladen|ex|ki|faken)',
        '(k o tropfen|ko tropfen) ~6 (getrank|drink|glas|ihr|wehrt|gefugig|mischen|kaufen)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'M1',
      patterns: [
        '(kinderporno|kinderpornos|kinderpornografie|kinderpornographie|nacktbilder von kindern)',
        '(sex|geschlechtsverkehr) mit (kindern|einem kind|minderjahrigen|kleinen madchen|kleinen jungen|einer minderjahrigen|schulerinnen)',
        '(sexy|geile|nackte|heisse) (kinder|kleine madchen|schulmadchen|minderjahrige|kleine jungs|kleinkinder)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'M2',
      patterns: [
        '(sag|erzahl|verrat) (es|das|davon|deiner|deinen|nichts)? ~2 (mama|papa|eltern|lehrerin|mutter) ~3 (nicht|nichts) ~8 (geheimnis|foto|treffen|spiel|bild|unser|geschenk|verrat*)?',
        '(schick|zeig) mir ~3 (foto|bild|fotos|bilder) ~5 (unterwasche|badeanzug|bett|ohne deine eltern|nackt|schlafanzug|ausgezogen)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'I1',
      patterns: [
        '(bring dich um|hang dich auf|bring dich doch um|spring (doch|endlich)? (runter|von der brucke|vor den zug)|erschiess dich|ritz dich|geh sterben)',
        '(du solltest|du kannst dich|du sollst) ~3 (umbringen|aufhangen|das leben nehmen|sterben|ritzen)',
        'selbstmord ist (die|der|eine|das) (einzige|beste|losung|ausweg|schone|schon)',
      ],
    },
    {
      rule: 'I2',
      patterns: [
        '(schmerzlos|schmerzlose|sicherste|einfachste|schnellste|beste) ~3 (methode|weg|art|selbstmord|umbringen|suizid|sich umzubringen|zu sterben|selbsttotung)',
        '(wie|so) ~3 (erhangt man sich|bringt man sich um|ritzt man|schneidest du dir die|nimmst du dir das leben|begeht man selbstmord)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'I3',
      patterns: [
        '(pro ana|iss nichts mehr|hungere bis|hor auf zu essen|steck dir den finger in den hals|erbrich dich nach|kotz nach|magersucht ist (keine krankheit|ein lebensstil|schon|ein ziel))',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught'],
    },
    {
      rule: 'I4',
      patterns: [
        'ich (will|mochte|werde|kann) (nicht mehr leben|sterben|mich umbringen|mir das leben nehmen|meinem leben ein ende setzen|einfach tot sein)',
        'ich bringe mich um',
        '(das ist|dies ist) mein (abschied|abschiedsbrief|letztes video)',
        '(alle|meine familie) waren? ohne mich besser dran',
      ],
      excusedBy: ['reported', 'told', 'taught'],
    },
    {
      rule: 'F1',
      patterns: [
        '(garantierte|garantierter|garantierten|risikofreie|risikolose|sichere) (rendite|gewinne|gewinn|renditen|einkommen|ertrage|zinsen von)',
        '(verdoppeln|verdopple|verdoppelt|verdreifache|verzehnfache|verdreifachen) (sie|du|ihr|dein|deine|ihre)? ~1 (geld|einsatz|bitcoin|kapital|ersparnisse|erspartes|investition|einlage)',
        '(rendite|gewinn|gewinne) (garantiert|ohne risiko|ohne jedes risiko|ist garantiert)',
        '(reich werden|reich uber nacht|schnell reich) ~6 (garantiert|ohne arbeit|ohne risiko|heute|system|trick)',
        '(verdienst du|verdienen sie|verdiene) ~4 euro (am|pro) (tag|stunde|woche) ~4 (ohne|von zu hause|garantiert|automatisch|nebenbei)',
      ],
    },
    {
      rule: 'F2',
      patterns: [
        '(konto|karte|zugang|paket|profil) (wurde|ist|wird) ~2 (gesperrt|eingeschrankt|geschlossen|blockiert|deaktiviert|angehalten) ~14 (klick*|link|bestatig*|verifizier*|anmeld*|geben sie|eingeben|aktualisier*|passwort|zahlen)',
        '(geben|bestatigen|senden|schicken|nennen|teilen|aktualisieren) (sie|du|uns|mir)? (uns|mir|jetzt|sofort|bitte)? (ihr|ihre|ihren|dein|deine|deinen|die|das) ~2 <geheim>',
        '(gib|schick|nenn|sag|verrate|lies) (mir|uns) ~2 <geheim>',
      ],
    },
    {
      rule: 'F3',
      patterns: [
        '(hier spricht|hier ist|ich bin|mein name ist) (die|der|ihre|ihr)? (polizei|sparkasse|bundesbank|finanzamt|ihre bank|microsoft|staatsanwaltschaft|elon musk|interpol) ~20 (geld|uberweis*|passwort|schmuck|pin|tan|zugriff|bezahlen|bitcoin|konto)',
        '(hallo|hi) (mama|papa|oma|opa) ~8 (neue nummer|handy kaputt|unfall|neues handy) ~12 (geld|uberweis*|bezahl*|rechnung|kaution|whatsapp)?',
      ],
    },
    {
      rule: 'F4',
      patterns: [
        '(sie haben|du hast|gluckwunsch) ~6 (gewonnen|geerbt) ~14 (gebuhr|klick*|bankdaten|uberweis*|zahlen|kontodaten|link|bearbeitungsgebuhr|versandkosten)',
        '(zahlen|uberweisen|bezahlen|zahle|uberweise) ~4 (bearbeitungsgebuhr|zollgebuhr|gebuhr|vorkasse) ~8 (gewinn|erbe|kredit|paket|auszahl*|freigabe|millionen)',
        '(gutscheinkarten?|google play karten?|steam karten?|itunes karten?|paysafecards?) ~8 (codes?|nummern?|kaufen|schicken|foto|chef|sofort)',
        '(sende|schick|uberweise|senden sie) ~4 (bitcoin|btc|ethereum|eth|krypto) ~6 (doppelt*|zuruck|verdopp*|zweifach*)',
      ],
    },
    {
      rule: 'F5',
      patterns: [
        '(gefalschte|gefalschter|falsche|gefalschten) (ausweise|ausweis|passe|pass|fuhrerscheine|fuhrerschein|diplome|zeugnisse|zeugnis|impfpasse|impfpass|banknoten|rolex|geldscheine|dokumente|rezepte|atteste) ~4 (kaufen|bestellen|verkaufen|erhaltlich|lieferbar|zu verkaufen|diskret|gunstig|euro|bieten)',
        '(kaufen|kauf|bestell|bestellen|verkaufen) ~4 (gefalschte|falsche|funf sterne|positive) (ausweise|passe|fuhrerscheine|diplome|bewertungen|rezensionen|impfpasse|zeugnisse|banknoten)',
        '(fuhrerschein|diplom|doktortitel|impfpass) (ohne prufung|ohne fahrschule|ohne studium|ohne impfung) (kaufen|bestellen|bekommen)',
      ],
    },
    {
      rule: 'P1',
      patterns: [
        '(wahlt|wahlen sie|wahle|stimmt fur|stimmen sie fur|stimme fur|gib deine stimme) (am \\S+)? (nicht)? (die|den|der|fur)? (<partei>|<politiker>|unsere kandidatin|unseren kandidaten|mich|uns)',
        '(ihre|deine|eure|beide) stimmen? (fur|gegen|der|den) (die|den|der)? (<partei>|<politiker>|wandel|unsere kandidatin|unseren kandidaten|mich)',
        '(nur (die)? <partei>|nur <politiker>) (kann|kampft|schutzt|rettet|steht fur)',
        '(<politiker>|die <partei>|<partei>) muss weg',
      ],
      excusedBy: ['reported', 'taught', 'told'],
    },
    {
      rule: 'P2',
      patterns: [
        '(hier spricht|ich bin|mein name ist) (bundeskanzler|kanzler|bundesprasident|minister)? <politiker> (und|ich)',
      ],
      excusedBy: ['reported', 'taught', 'countered'],
    },
    {
      rule: 'P3',
      patterns: [
        '(spende|spenden sie|spendet) ~4 (wahlkampf|<partei>|kampagne unserer|kandidaten|kandidatin)',
      ],
      excusedBy: ['reported', 'taught', 'told'],
    },
    {
      rule: 'X1',
      patterns: [
        '<mittel> (heilt|heilen|besiegt|besiegen|totet|beseitigt|verhindert|schutzt vor) (auch|jeden|alle|sogar|jede|deinen)? <krankheit>',
        '(heile|heilen sie|heilt|besiege|heilung von|heilst du) (deinen|ihren|deine|ihre|deinem)? <krankheit> ~3 (mit|durch|ganz naturlich|ohne chemo|ohne medikamente|naturlich|ohne insulin|zuhause)',
        '(trink|trinke|trinken sie|nimm|gurgle|injiziere) ~3 (chlorbleiche|chlordioxid|mms|bleichmittel|desinfektionsmittel|urin|terpentin|kolloidales silber)',
        '<krankheit> (ist heilbar|heilen|lasst sich heilen|verschwindet) (mit|durch|nur mit) <mittel>',
      ],
    },
    {
      rule: 'X2',
      patterns: [
        '(setz|setze|setzen sie|wirf|werfen sie|nimm keine|nehmen sie keine|lass|verweigere|verzichte auf|verzichten sie auf|brich) ~3 (insulin|chemotherapie|chemo|medikamente|antidepressiva|blutdrucktabletten|herztabletten|tabletten|behandlung) ~2 (ab|weg|sofort|mehr|heute|bleiben|einfach|sein|$)',
        '(impfungen|die impfung|impfstoffe|die corona impfung|der impfstoff) (verursachen|verursacht|enthalten|enthalt|machen|macht|verandert|verandern|toten|totet|ist|sind) ~2 (autismus|mikrochips|chips|unfruchtbar|krebs|dna|gift|erbgut|mord|genozid|todlich)',
        '(lass|lasst|lassen sie) ~3 (nicht|niemals) impfen',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'X3',
      patterns: [
        '(die)? (wahl|wahlen|bundestagswahl|briefwahl|abstimmung) (ist|war|sind|waren|wurde|wurden|wird) (gefalscht|manipuliert|gestohlen|gefaked|ein betrug|verschoben|abgesagt|auf \\S+ verschoben)',
        '(wahlen|abstimmen|stimme|stimmen) ~4 (per|via|uber) (sms|whatsapp|telefon|facebook|e mail|email|instagram)',
        '(anhanger|wahler) (der|von) (die)? <partei> (wahlen|stimmen) (erst)? am (montag|dienstag|samstag)',
        '(stimmzettel|briefwahlstimmen) (wurden|werden) ~2 (weggeworfen|vernichtet|vertauscht|gefalscht)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'X4',
      patterns: [
        '(corona|covid|die pandemie|das virus|der klimawandel|die mondlandung|aids) (ist|war|gibt es|sind) (nur)? (eine luge|eine erfindung|ein schwindel|erfunden|nicht|inszeniert|eine plandemie|ein hoax)$',
        '(5g|chemtrails|handymasten) ~2 (verursacht|verursachen|verbreitet|verbreiten|machen|vergiften|steuern) ~4 (corona|krebs|uns|das virus|gedanken|krank|unfruchtbar|menschen)',
        '(plandemie|die weltverschworung|umvolkung|der grosse austausch)',
      ],
    },
    {
      rule: 'G1',
      patterns: [
        '(kaufen|kauf|bestell|bestellen|verkaufen|verkaufe|liefern|liefere|verticken|biete|reines|bestes|gutes) (sie|dein|deine|euch|dir|bei uns|hier|reines|bestes)? <droge> ~4 (online|diskret|hier|bei uns|gramm|heute|geliefert|versand|telegram|pro|kaufen|bestellen|vom dealer|$)',
        '<droge> (zu verkaufen|kaufen|bestellen|online kaufen|diskret geliefert|verticken)',
        '(crystal meth|meth|mdma|lsd|heroin|ecstasy) ~2 (selber|selbst|zu hause|zuhause) (kochen|herstellen|machen)',
        '(kochst du|kocht man|stellst du) ~2 (crystal meth|meth|mdma|lsd|heroin|ecstasy|amphetamin)',
        '<droge> ~5 (schmuggeln|durch den zoll|uber die grenze bringen|am zoll vorbei)',
      ],
    },
    {
      rule: 'G2',
      patterns: [
        '(pistole|pistolen|waffe|waffen|gewehre|munition|glock|ak 47|sturmgewehr|maschinenpistolen?|schalldampfer|handgranaten|schusswaffen|revolver) ~3 (ohne (waffenschein|papiere|erlaubnis|registrierung|waffenbesitzkarte)|kaufen|bestellen|zu verkaufen|auf telegram)',
        '(kaufen|bestellen|verkaufe|verkaufen|liefern) ~3 (scharfe|unregistrierte|illegale) (pistolen?|waffen?|munition|schusswaffen?|gewehre)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'G3',
      patterns: [
        '(bier|wein|vodka|wodka|schnaps|gin|whisky|sekt|rum|tequila|cocktails) ~5 (jetzt|heute|rabatt|bestellen|kaufen|angebot|geniessen|happy hour|gratis)',
        '(zigaretten|vapes?|e zigaretten|tabak|snus|einweg vapes|zigarren|shisha) ~5 (jetzt|kaufen|bestellen|rabatt|angebot|geschmack|gunstig|online)',
        '(casino|sportwetten|online casino|spielautomaten|wettbonus|freispiele|pokerseite|gratiswette) ~6 (bonus|jetzt|spielen|gewinnen|einzahl*|freispiele|wetten|sichern|registrieren|tippen)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'G4',
      patterns: [
        '(viagra|xanax|tilidin|oxycodon|ritalin|ozempic|antibiotika|valium|tramadol|cialis|fentanylpflaster|steroide|abnehmspritze|schlaftabletten|schmerzmittel|medikamente) ~3 (ohne (rezept|arzt|verschreibung)|rezeptfrei)',
        '(ohne rezept|rezeptfrei) ~4 (viagra|xanax|tilidin|oxycodon|ritalin|ozempic|antibiotika|valium|tramadol|cialis|steroide)',
      ],
    },
    {
      rule: 'D2',
      patterns: [
        '(er|sie|mein (ex|nachbar|chef|lehrer)|meine (ex|nachbarin|chefin|lehrerin)|[a-z]+ [a-z]+) wohnt (in|an|am)? (der)? ~2 [a-z]*(strasse|str|weg|allee|platz|gasse) \\d+',
        '(ihre|seine) (privatadresse|handynummer|telefonnummer|adresse|private nummer|privatnummer) (ist|lautet) ~1 \\S*\\d\\S*',
      ],
      excusedBy: ['reported', 'taught', 'told', 'negated'],
    },
    {
      rule: 'D5',
      patterns: [
        '(handy|whatsapp|nachrichten|standort|instagram|iphone) (deiner|deines|seiner|ihres|deinem|der) (freundin|frau|exfreundin|partners|mannes|freundes|partnerin|ex|mitarbeiter|kinder) ~5 (heimlich|uberwachen|ausspionieren|hacken|mitlesen|orten|ausspahen|unbemerkt)',
        '(spionage app|spionagesoftware|gps tracker|versteckte kamera|wanze) ~6 (heimlich|unbemerkt|auto|freundin|frau|schlafzimmer|partner|dusche)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
  ],
  contexts: {
    negated: [
      '(nie|niemals|nicht|kein|keine|keinen|keiner|niemand darf|nirgends|statt|anstatt|ohne|verboten)',
    ],
    countered: [
      '(ist|sind|war|waren|bleibt) ~2 (falsch|gelogen|luge|lugen|ein mythos|mythen|rassistisch|rassismus|antisemitisch|gefahrlich|inakzeptabel|betrug|betruger|unsinn|widerlegt|strafbar|hetze|propaganda|verboten|unwahr|menschenverachtend|eine straftat|falschmeldungen?)',
      '(gegen|stoppt|bekampfen|verurteilt|verurteilen|verurteilte|widerspricht|widersprechen|melden sie|melde|schutzt|schutzen|wehrt euch|zeigt zivilcourage|setzen uns ein gegen) ~4 (hass|hetze|rassismus|antisemitismus|mobbing|gewalt|betrug|betruger|terror|extremismus|falschinformationen|suizid|diskriminierung|parole|parolen|behauptung|drohung|phishing|missbrauch)',
      '(faktencheck|kein beleg|keine belege|keinen beweis|falschmeldung|angeblich|behauptet falschlich|fake news|mythos|gerucht)',
    ],
    reported: [
      '(polizei|gericht|staatsanwaltschaft|richter|ermittler|zeugen|zeitung|reporter|historiker|uberlebende|opfer|der tater|der angeklagte|ein mann|der verdachtige|behorden|die nazis|nationalsozialisten) ~6 (sagt|sagte|sagten|berichtet|berichtete|berichteten|teilte|erklarte|verhaftet|festgenommen|verurteilt|angeklagt|schrieb|rief|drohte|gestand|beschlagnahmt|ermittelt|riefen|erzahlen|erinnert|erinnern)',
      '(wurde|wurden|worden|ist|sei) ~6 (verhaftet|festgenommen|verurteilt|angeklagt|ermordet|bestraft|freigesprochen|beschlagnahmt|verfolgt|deportiert|gesperrt|entlassen|beschmiert)',
      '(laut|demnach|mutmasslich|nach angaben|im jahr \\d+|im dritten reich|im nationalsozialismus|im krieg|im prozess|in seiner rede|unter hitler|zweiten weltkrieg|im konzentrationslager|damals|propaganda)',
    ],
    taught: [
      '(unterricht|schulung|kurs|lektion|lernen|seminar|workshop|modul|beispiel|beispiele|zum beispiel|bedeutet|begriff|wort|ausdruck|definition|geschichte|museum|gedenkstatte|forschung|studie|richtlinie|richtlinien|verhaltenskodex|erklart|erklaren|aufklarung|pravention|vorbeugung|ausstellung|lehrbuch)',
      '(warnzeichen|warnsignale|achtung|vorsicht|so erkennen sie|so erkennst du|so schutzen sie|so schutzt du|wenn (sie|du|jemand) ~3 (erhalten|erhalt|bekommst|sagt|fragt|verspricht|sehen|anruft|droht|angerufen)|geben sie niemals|niemals weitergeben|nicht erlaubt|untersagt|melden sie)',
      '(therapie|beratung|telefonseelsorge|hilfe holen|hilfsangebot|suchthilfe|krisentelefon|arzt|arztin|patienten|behandlung|nebenwirkungen|symptome|selbsthilfegruppe|hilfetelefon)',
    ],
    told: [
      '(roman|film|krimi|serie|figur|geschichte|marchen|theaterstuck|drehbuch|spiel|videospiel|lied|gedicht|oper|schauspieler|schauspielerin|szene|komodie|thriller|buhne)',
    ],
  },
};
