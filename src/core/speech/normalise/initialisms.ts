/**
 * Capitals: which are spelt (HTML), which are read as a word (NASA), and which only shout (VERY). Known ones are listed;
 * for the rest the shape decides, as a reader would: no vowel, or three letters and fewer, is spelt.
 */
import { spell } from './reading.ts';

/** Read as words, though they are capitals; the value is how, when not as written. */
const AS_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'NASA NATO UNESCO UNICEF OPEC AIDS LASER RADAR SONAR SCUBA PIN SIM RAM ROM LAN WAN FIFA UEFA NASDAQ NAFTA SWAT ' +
    'CAPTCHA YOLO COVID MIDI NAND WASM=wazm WEBP=web-P JPEG=jay-peg MPEG=em-peg GIF PNG=P-N-G JSON=jason YAML=yammel ' +
    'AJAX REST CRUD SAAS=sass PAAS=pass ASCII=askey SQL=S-Q-L GUI=gooey OK=okay ASAP=A-S-A-P DIY=D-I-Y FOMO GDPR=G-D-P-R ' +
    'NIMBY BASIC COBOL FORTRAN UNIX LINUX ANSI=ansee SAT=S-A-T ACT=A-C-T FAQ=F-A-Q SOAP VIP=V-I-P IKEA=ikea LEGO ASOS ' +
    'NAS=nass RAID DARPA NOAA=noah ICANN=I-can IEEE=I-triple-E MOOC=mook POTUS SCOTUS TED VAT=V-A-T ZIP DOS=doss BIOS ' +
    'CMOS=C-moss OLED=O-led HIV=H-I-V USA=U-S-A USB=U-S-B WWI=world-war-one WWII=world-war-two NET'
  )
    .split(' ')
    .map((entry) => {
      const [name = '', said = name.toLowerCase()] = entry.split('=');
      return [name, said.replaceAll('-', ' ')];
    }),
);

/** Common short words: in capitals they are shouted, not spelt. */
const SHORT_WORDS: ReadonlySet<string> = new Set(
  (
    'A AM AN AND ANY ARE AS ASK AT BAD BE BIG BOX BOY BUT BUY BY CAN CAR CUT DAY DID DO DOG DON EAT END FAR FEW FOR FUN ' +
    'GET GO GOD GOT HAD HAS HE HER HEY HIM HIS HOT HOW I IF IN IS IT ITS JOB KEY LET LOT LOW MAD MAN MAY ME MEN MR MY NEW ' +
    'NO NOR NOT NOW OF OFF OLD ON ONE OR OUR OUT OWN PAY PUT RED RUN SAD SAY SEE SET SHE SIT SIX SO SON STOP SUM SUN ' +
    'TAX TEN THE TO TOO TOP TRY TWO UP USE WAR WAS WAY WE WHO WHY WIN YES YET YOU ALSO BACK BEST BOTH CALL COME DEAR ' +
    'DOES DONE DOWN EACH EASY EVEN EVER FAST FIND FIVE FOUR FREE FROM FULL GIVE GOOD HARD HAVE HELP HERE HIGH HOME HUGE ' +
    'INTO JUST KEEP KIND KNOW LAST LESS LIFE LIKE LIVE LONG LOOK LOVE MADE MAKE MANY MORE MOST MUCH MUST NEED NEVER NEXT ' +
    'NICE ONLY ONCE OPEN OVER PLUS REAL SAFE SAID SALE SAME SAVE SEEN SHOW SOME SOON SUCH SURE TAKE TELL THAN THAT THEM ' +
    'THEN THEY THIS TIME TRUE TURN UPON VERY WAIT WANT WELL WENT WERE WHAT WHEN WILL WITH WORD WORK YEAR YOUR ZERO'
  ).split(' '),
);

/**
 * @param text letters, perhaps with `'s` or a plural s after capitals.
 * @param shouted the words around are capitals too.
 * @returns its reading, or null when it is an ordinary word.
 */
export function initialism(text: string, shouted: boolean): string | null {
  const found = /^([A-Z]{2,})('?s|'S)?$/u.exec(text);
  if (!found) return mixed(text);
  const capitals = found[1] as string;
  // The s of "US" is no plural: only a small s, or one after an apostrophe.
  const ending = found[2] === undefined ? '' : "'s";
  const known = AS_WORDS[capitals];
  if (known !== undefined) return finish(known, ending);
  if (isShoutedWord(capitals, shouted)) return finish(capitals.toLowerCase(), ending);
  return finish(spell(capitals), ending);
}

function isShoutedWord(capitals: string, shouted: boolean): boolean {
  if (!/[AEIOUY]/u.test(capitals)) return false;
  if (SHORT_WORDS.has(capitals) && (shouted || !SPELT_WHEN_ALONE.has(capitals))) return true;
  if (shouted) return !SPELT_ALWAYS.has(capitals);
  if (capitals.length <= 3) return false;
  if (capitals.length === 4)
    return /^[BCDFGHJKLMNPRSTVWZ]{1,2}[AEIOU][A-Z]*[AEIOUYDKLMNPRST]$/u.test(capitals);
  // Long runs are words, unless four consonants stand together as no English word has them.
  return !/[BCDFGHJKLMNPQRSTVWXZ]{5,}/u.test(capitals);
}

/** Spelt even where everything is in capitals. */
const SPELT_ALWAYS: ReadonlySet<string> = new Set(
  'CEO CTO CFO COO UK EU UN AI API URL GPU CPU ID HR USD EUR UI UX PDF CIA FBI AG AM PM NYC LA SEO IOT ISO ISP IPO IP'.split(
    ' ',
  ),
);

/** In running text these capitals are names: US, IT, AM. */
const SPELT_WHEN_ALONE: ReadonlySet<string> = new Set('AM IT US OR ME HER MR MAN MAD WHO'.split(' '));

/** The s of a plural or possessive joins the last word or letter; the voice says it as English does. */
function finish(said: string, ending: string): string {
  return said + ending;
}

/** Names that mix cases in their own way. */
const MIXED: Readonly<Record<string, string>> = {
  SaaS: 'sass',
  PaaS: 'pass',
  IaaS: 'I A A S',
  IoT: 'I O T',
  iOS: 'I O S',
  iPadOS: 'I pad O S',
  macOS: 'mac O S',
  LaTeX: 'lay tek',
  PhD: 'P H D',
  PhDs: "P H D's",
  eBay: 'E bay',
  iPhone: 'I phone',
  iPhones: 'I phones',
  iPad: 'I pad',
  iPads: 'I pads',
  iMac: 'I mac',
  iCloud: 'I cloud',
  WiFi: 'why fie',
  NVIDIA: 'en vidia',
  GitHub: 'git hub',
  GHz: 'gigahertz',
  PyTorch: 'pie torch',
  MySQL: 'my S Q L',
  NoSQL: 'no S Q L',
  eLearning: 'E learning',
  eCommerce: 'E commerce',
  ePub: 'E pub',
  vs: 'versus',
  aka: 'A K A',
  etc: 'et cetera',
};

function mixed(text: string): string | null {
  if (/^[A-Z][a-z][A-Z]$/u.test(text) && !Object.hasOwn(MIXED, text)) return spell(text); // YoY
  const own = Object.hasOwn(MIXED, text) ? MIXED[text] : undefined;
  if (own !== undefined) return own;
  const possessive = /^(.+)'s$/u.exec(text);
  if (possessive && Object.hasOwn(MIXED, possessive[1] as string))
    return finish(MIXED[possessive[1] as string] as string, "'s");
  return null;
}
