/** Named lists of the English rules. */
import type { Lists } from '../patterns.ts';

export const ENGLISH_LISTS: Lists = {
  group: `<people>|<slurs>`,
  people:
    'jews|jewish people|the jews|muslims|muslim people|the muslims|christians|hindus|sikhs|buddhists|atheists|catholics|mormons|blacks|black people|the blacks|black men|black women|whites|white people|asians|asian people|arabs|africans|mexicans|latinos|latinas|hispanics|chinese|chinese people|the chinese|indians|pakistanis|turks|poles|russians|ukrainians|japanese people|koreans|israelis|palestinians|iranians|iraqis|afghans|syrians|somalis|nigerians|albanians|romanians|roma|romani people|gypsies|immigrants|illegal immigrants|illegals|migrants|refugees|asylum seekers|foreigners|gays|gay people|the gays|gay men|lesbians|homosexuals|bisexuals|trans people|transgender people|transgenders|transsexuals|trans women|trans men|queers|lgbt people|women|females|disabled people|the disabled|autistic people|people with disabilities|people with down syndrome|native americans|indigenous people|aboriginals|people of color|brown people|minorities|infidels|unbelievers|homeless people',
  one: 'jew|muslim|black|arab|mexican|immigrant|migrant|refugee|foreigner|gay|lesbian|homosexual|trans person|tranny|gypsy|christian|hindu|nigger|faggot|kike|indian|injun|pakistani|turk',
  slurs:
    'niggers|nigger|kikes|kike|faggots|faggot|wetbacks|wetback|ragheads|raghead|towelheads|towelhead|gooks|spics|chinks|trannies|tranny|beaners|beaner|jigaboo|jigaboos|sandniggers|sandnigger|pakis|darkies|gyppos|porch monkey|porch monkeys|camel jockey|camel jockeys|dykes|shemales|halfbreeds',
  must: 'should|must|need to|needs to|have to|has to|ought to|deserve to|deserves to|gotta|got to',
  kill: 'kill|murder|exterminate|slaughter|massacre|lynch|gas|behead|annihilate|eradicate|wipe out|butcher|execute|genocide',
  killed:
    'killed|murdered|exterminated|slaughtered|massacred|lynched|gassed|beheaded|annihilated|eradicated|wiped out|butchered|executed|hanged|hung|shot|burned|burnt|eliminated|put down|put to death|drowned|stoned',
  hurt: 'kill|murder|shoot|stab|strangle|hurt|beat up|beat|break|cut|burn|slaughter|butcher|execute|rape|maim|torture|choke|behead|bury|end|destroy|skin|gut|slit|smash|crush|poison|run over|hunt down|hunt|come after|find and kill',
  vermin:
    'vermin|rats|cockroaches|roaches|parasites|subhuman|subhumans|sub human|untermenschen|animals|apes|monkeys|pigs|dogs|swine|maggots|insects|a plague|plague|a disease|a cancer|cancer|a virus|a pest|pests|an infestation|scum|filth|human garbage|garbage|trash|savages|leeches|locusts|a stain|not human|not people|not even human|less than human|barely human|beasts|germs|lice',
  relative:
    'family|kids|children|wife|husband|mother|mom|father|dad|son|daughter|girlfriend|boyfriend|sister|brother|dog|house|home',
  child:
    'child|children|kid|kids|minor|minors|toddler|toddlers|little girl|little girls|little boy|little boys|schoolgirl|schoolgirls|schoolboy|schoolboys|preteen|preteens|underage girl|underage girls|underage boy|underage boys|underage|baby|babies|infant|twelve year old|thirteen year old|ten year old|eleven year old|fourteen year old|12 year old|13 year old|14 year old|11 year old|10 year old|9 year old|8 year old|15 year old|young girls|young boys|girl of twelve|boy of twelve|teen girls|lolita',
  drug: 'cocaine|coke|heroin|meth|crystal meth|methamphetamine|mdma|ecstasy|molly|lsd|fentanyl|crack|ketamine|ghb|magic mushrooms|shrooms|speed|amphetamines|amphetamine|xanax bars|oxy|weed|cannabis|marijuana|hash|edibles',
  medicine:
    'oxycodone|oxycontin|xanax|valium|adderall|vicodin|percocet|tramadol|ambien|viagra|cialis|ozempic|wegovy|semaglutide|antibiotics|steroids|ritalin|codeine|hydrocodone|klonopin|botox|opioids|painkillers|ivermectin|testosterone|prescription (drugs|meds|pills|medication|medicine)',
  gun: 'gun|guns|handgun|handguns|rifle|rifles|pistol|pistols|glock|glocks|ar 15|ar15|ar 15s|ak 47|ak47|ak 47s|ammo|ammunition|silencer|silencers|suppressor|suppressors|firearm|firearms|ghost gun|ghost guns|grenade|grenades|switchblade|shotgun|shotguns|machine gun|machine guns|assault rifle|assault rifles|auto sear',
  bomb: 'bomb|bombs|pipe bomb|pipe bombs|ied|explosive|explosives|nail bomb|pressure cooker bomb|molotov|molotov cocktail|molotovs|nerve gas|sarin|ricin|chlorine gas|mustard gas|anthrax|napalm|tatp|thermite bomb|dirty bomb|car bomb|detonator',
  illness:
    'cancer|diabetes|hiv|aids|covid|covid 19|coronavirus|autism|alzheimers|dementia|parkinsons|multiple sclerosis|epilepsy|heart disease|leukemia|tumors|tumours|hepatitis|malaria|measles|arthritis|depression|asthma|lupus|ebola|tuberculosis|all diseases|every disease|any disease|all illness|kidney failure',
  quackery:
    'bleach|chlorine dioxide|miracle mineral solution|mms|colloidal silver|baking soda|apple cider vinegar|essential oils|essential oil|ivermectin|turpentine|urine|apricot kernels|apricot seeds|vitamin c|vitamin d|lemon juice|garlic|turmeric|black salve|homeopathy|crystals|coffee enemas|ozone|alkaline water|hydrogen peroxide|disinfectant|this juice|this tea|these drops|this herb|our supplement|this supplement|our drops|our tea|prayer alone|raw milk|celery juice|a juice cleanse|fasting alone|silver water|borax|methylene blue|our patches|magnets|frequency healing|detox foot pads',
  office:
    'irs|fbi|social security administration|tax office|hmrc|police|your bank|bank|microsoft|apple support|amazon|paypal|netflix|google|facebook|your mobile provider|interpol|customs|the tax authority|revenue service|medicare|immigration office|microsoft support|bank of america|wells fargo|chase bank|fraud department|security department|the security team of your bank',
  secret:
    'password|passwords|pin|pin code|pin number|card number|card details|card numbers|credit card number|credit card details|cvv|security code|social security number|ssn|bank details|bank account|account number|account details|login|login details|credentials|seed phrase|recovery phrase|private key|one time code|verification code|six digit code|otp|online banking|wallet phrase|banking details|passcode',
  politician:
    'trump|donald trump|biden|joe biden|harris|kamala harris|obama|barack obama|desantis|starmer|keir starmer|sunak|johnson|farage|nigel farage|macron|emmanuel macron|le pen|marine le pen|merz|friedrich merz|scholz|olaf scholz|weidel|alice weidel|sanchez|pedro sanchez|feijoo|abascal|putin|vladimir putin|zelensky|xi jinping|modi|narendra modi|netanyahu|erdogan|milei|lula|bolsonaro|orban|meloni|trudeau|carney|poilievre|vance|jd vance|newsom',
  famous:
    'elon musk|mark zuckerberg|jeff bezos|bill gates|taylor swift|warren buffett|oprah|oprah winfrey|mrbeast|mr beast|cristiano ronaldo|lionel messi|tom hanks|beyonce|kim kardashian|pope francis|pope leo|king charles|the pope|tim cook|sam altman|<politician>',
  party:
    'democrats|republicans|the democrats|the republicans|democratic party|republican party|gop|labour|the labour party|labour party|conservatives|the conservatives|the tories|tories|conservative party|liberal democrats|lib dems|green party|the greens|reform uk|libertarian party|the liberals|afd|cdu|csu|spd|fdp|die linke|vox|podemos|rassemblement national|la france insoumise',
  coin: 'bitcoin|btc|ethereum|eth|crypto|usdt|dogecoin|cryptocurrency|money|cash|deposit|investment|dollars|savings|funds',
};
