import { describe, expect, test } from 'vitest';
import { say } from './say.ts';

/** Text as typed | as spoken. Each line is one thing that English writes shorter than it says. */
const CASES: Readonly<Record<string, string>> = {
  numbers: `
    3 cats | three cats
    0 | zero
    15 | fifteen
    42 | forty two
    100 | one hundred
    1,234,567 | one million two hundred thirty four thousand five hundred sixty seven
    1000000000000 | one trillion
    3.14159 | three point one four one five nine
    .5 | zero point five
    007 | zero zero seven
    It was -5 | it was minus five
    or −40 | or minus forty
    +7 | plus seven
    ±5 | plus or minus five
    ~5 | about five
    ≈5 | about five
    <5 | less than five
    >=5 | at least five
    10–20 | ten to twenty
    pp. 3–7 | pages three to seven
    10x faster | ten times faster
    50+ | fifty plus
    100K fans, 2M+ views | one hundred thousand fans, two million plus views
    3× faster | three times faster
    10k users | ten thousand users
    5M users | five million users
    #1 | number one
    No. 5 is alive | number five is alive
    No. I said no. | no. i said no.
    2+2=4 | two plus two equals four`,
  'ordinals and fractions': `
    1st | first
    2nd and 3rd | second and third
    the 21st | the twenty first
    100th | one hundredth
    the 5th–7th | the fifth to seventh
    1/2 | one half
    3/4 | three quarters
    2/3 | two thirds
    5/8 | five eighths
    ½ | one half
    2½ | two and a half
    1 1/2 cups | one and a half cups
    24/7 | twenty four seven
    9/11 | nine eleven
    20/20 vision | twenty twenty vision
    on 12/25 | on december twenty fifth
    c² | C squared`,
  'years and dates': `
    In 1984 | in nineteen eighty four
    in 1900 | in nineteen hundred
    in 1905 | in nineteen oh five
    in 2000 | in two thousand
    in 2006 | in two thousand six
    by 2026 | by twenty twenty six
    since 1776 | since seventeen seventy six
    1776 sheep | one thousand seven hundred seventy six sheep
    1,984 sheep | one thousand nine hundred eighty four sheep
    2026's best | twenty twenty six's best
    the 1990s | the nineteen nineties
    '90s music | nineties music
    1990–1999 | nineteen ninety to nineteen ninety nine
    2019-20 | twenty nineteen to twenty twenty
    2026-11-21 | november twenty first twenty twenty six
    11/21/2026 | november twenty first twenty twenty six
    21/11/2026 | november twenty first twenty twenty six
    21.11.2026 | november twenty first twenty twenty six
    21 November 2026 | the twenty first of november twenty twenty six
    the 21 November | the twenty first of november
    November 21 | november twenty first
    Nov 21 | november twenty first
    Nov. 21, 2026 is near | november twenty first, twenty twenty six is near
    July 4th | july fourth
    November 2026 | november twenty twenty six
    Sat, Nov 21 | saturday, november twenty first
    Jan–Mar | january to march
    Mon–Fri | monday to friday
    May 5 and may 5 | may fifth and may five
    we march on | we march on
    Q3 2026 | Q three twenty twenty six`,
  times: `
    3:30 pm | three thirty P M
    3:30pm | three thirty P M
    3pm | three P M
    3 p.m. today | three P M today
    At 3 p.m. We left | at three P M. we left
    5 am | five A M
    15:00 | fifteen hundred
    15:45 | fifteen forty five
    9:00 | nine o'clock
    9:05 | nine oh five
    12:30:15 | twelve thirty and fifteen seconds`,
  money: `
    $1.5 million | one point five million dollars
    $1.5M | one point five million dollars
    $3bn | three billion dollars
    €20 | twenty euros
    20€ | twenty euros
    20 € | twenty euros
    £3.50 | three pounds and fifty pence
    $3.50 | three dollars and fifty cents
    $0.99 | ninety nine cents
    $1 | one dollar
    $1,250 | one thousand two hundred fifty dollars
    -$5 | minus five dollars
    $5–10 | five to ten dollars
    $5-$10 million | five to ten million dollars
    20 EUR | twenty euros
    USD 20 | twenty U S dollars
    $5/month | five dollars per month
    5 €/kg | five euros per kilogram`,
  'percentages and units': `
    5% | five percent
    5 % | five percent
    0.5% | zero point five percent
    5–10% | five to ten percent
    5 km | five kilometers
    1 km | one kilometer
    20 °C | twenty degrees celsius
    20°C | twenty degrees celsius
    68°F | sixty eight degrees fahrenheit
    20° | twenty degrees
    100 mph | one hundred miles per hour
    100km/h | one hundred kilometers per hour
    3 GB | three gigabytes
    70 kg | seventy kilograms
    1.5 L | one point five liters
    5 m² | five square meters
    60 fps | sixty frames per second
    3.5 GHz | three point five gigahertz
    250 ms | two hundred fifty milliseconds
    5 in the morning | five in the morning
    6'2" | six foot two
    4K | four K
    5G | five G
    3D | three D
    1080p | ten eighty P
    720p | seven twenty P
    1920x1080 | nineteen twenty by ten eighty
    16:9 | sixteen to nine`,
  abbreviations: `
    Dr. Smith | doctor smith
    Mr. and Mrs. Jones | mister and missus jones
    St. John | saint john
    on Main St. today | on main street today
    this vs. that | this versus that
    e.g. this | for example this
    i.e. that | that is that
    apples, etc. | apples, et cetera.
    approx. 5 | approximately five
    Prof. Lee | professor lee
    Mt. Everest | mount everest
    Ft. Worth | fort worth
    Fig. 3 | figure three
    vol. 2 | volume two
    Acme Inc. said | acme incorporated said
    U.S. Army | U S army
    the U.S. It is | the U S. it is
    Ph.D. | P H D.
    an M.Sc. and more | an M S C and more
    on Fri., Jan. 8th | on friday, january eighth
    J. R. R. Tolkien | J R R tolkien`,
  'initialisms and names': `
    NASA | nasa
    HTML | H T M L
    AI | A I
    a CEO | a C E O
    two CEOs | two C E Os
    APIs | A P Is
    the UK | the U K
    US and us | U S and us
    an IT job | an I T job
    OK | okay
    JSON | jason
    UNESCO's | unesco's
    AT&T | A T and T
    R&D | R and D
    COVID-19 | covid nineteen
    MP3 | M P three
    GPT-4 | G P T four
    B2B | B two B
    A4 | A four
    H.264 | H two hundred sixty four
    C++ and C# | C plus plus and C sharp
    YouTube | you tube
    GitHub | git hub
    iPhone | I phone
    OpenAI | open A I
    WebGPU | web G P U
    macOS | mac O S
    McDonald's | mcdonald's
    VERY important | very important
    WARNING | warning
    THIS IS VERY LOUD | this is very loud
    T-shirt | T shirt
    x-ray | X ray
    YoY | Y O Y
    post-WWII | post world war two
    ACME NAMES NEW CEO JANE DOE | acme names new C E O jane doe
    IT IS LATE | it is late
    FY26 | F Y twenty six`,
  'Roman numerals': `
    Chapter IV | chapter four
    World War II | world war two
    Henry VIII | henry the eighth
    Louis XIV | louis the fourteenth
    Elizabeth II's | elizabeth the second's
    Rocky II | rocky two
    the XVIII century | the eighteenth century
    DVD | D V D`,
  'addresses, numbers to call, versions, tags': `
    orator.app/start | orator dot app slash start
    https://www.example.com | W W W dot example dot com
    jane.doe@example.com | jane dot doe at example dot com
    example.co.uk | example dot co dot U K
    Node.js | node dot J S
    report.pdf | report dot P D F
    data_v2.csv | data underscore V two dot C S V
    +1 555 123 4567 | plus one five five five one two three four five six seven
    555-123-4567 | five five five one two three four five six seven
    v2.1.3 | version two point one point three
    10.4.1 | ten point four point one
    192.168.0.1 | one nine two dot one six eight dot zero dot one
    #OpenSource | hashtag open source
    @jane | at jane
    you & me | you and me
    and/or | and or
    TCP/IP | T C P I P`,
  'punctuation and other letters': `
    state-of-the-art | state of the art
    well—yes — no - maybe... | well; yes; no; maybe.
    "Quoted," she said | quoted, she said
    it's the dogs' bowls | it's the dogs bowls
    He left (really?) | he left, really?
    What? Why not?! | what? why not?
    café naïve | cafe naive
    Zürich, Łódź, Straße | zurich, lodz, strasse
    Москва | moskva
    Αθήνα | athina
    Hello 😀 world 🎉! | hello world!
    東京 is big | is big
    Hmm, login? | hum, log in?`,
};

for (const [kind, lines] of Object.entries(CASES))
  describe(kind, () => {
    for (const line of lines.trim().split('\n')) {
      const [typed = '', spoken = ''] = line.split(' | ').map((side) => side.trim());
      test(`“${typed}” is said “${spoken}”`, () => expect(say(typed)).toBe(spoken));
    }
  });
