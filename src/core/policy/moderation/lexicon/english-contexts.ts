/** English words that show what a sentence does with what it says. */
import type { Lexicon } from './lexicon.ts';

export const ENGLISH_CONTEXTS: Lexicon['contexts'] = {
  negated: [
    '(never|do not ever|dont ever|do not|dont|must not|mustnt|should not|shouldnt|should never|must never|may not|cannot|cant|will not|wont|will never|we never|nobody should|no one should|nobody may|no one may|not allowed to|illegal to|forbidden to|a crime to|against the law to|refuse to|refuses to|instead of|rather than|avoid|without|is not|are not|isnt|arent|was not|were not|wasnt|werent|did not|didnt|does not|doesnt|no)',
  ],
  countered: [
    '(is|are|was|were|its|thats|it is|that is) ~2 (wrong|false|untrue|unacceptable|a lie|lies|a myth|myths|hateful|racist|racism|antisemitic|sexist|homophobic|dangerous|nonsense|baseless|debunked|disproven|not true|a scam|scams|scammers|fraud|fraudulent|fraudsters|a hoax|shameful|criminal|illegal|a crime|hate speech|propaganda|inhuman|cruel|disgraceful|a trap|phishing|misinformation|disinformation|prejudice|abuse|abusive|harassment|bullying|not okay|not ok|not acceptable)',
    '(we|i|they|people|experts|scientists|doctors|leaders|the (council|church|company|union|school|president|minister|community)) (reject|rejected|condemn|condemned|condemns|oppose|denounce|denounced|debunk|debunked|refute|refuted|stand against|stand up against|fight against|contradict|contradicted|disagree with|mourn|regret)',
    '(stop|end|fight|combat|prevent|reject|oppose|counter|confront|report|call out|condemn|challenge|speak up against|speak out against|say no to|stand up to|resist|block|debunk|tackle|protect \\S+ (from|against)) ~4 (hate|hatred|racism|antisemitism|bullying|harassment|violence|abuse|terror|terrorism|extremism|scams?|scammers|fraud|fraudsters|misinformation|disinformation|myths?|suicide|self harm|trafficking|exploitation|grooming|predators|sexism|homophobia|phishing|discrimination|stigma|prejudice|stalking|slurs?|threats?|falsehoods?|rumou?rs?|lies|lie|claims?)',
    '(there is no|theres no|no) (evidence|proof|truth|basis|scientific)',
    '(contrary to|despite) ~3 (claims?|myths?|rumors?|rumours?|belief|posts|videos)',
    '(fact check|fact checked|fact checkers|myth|hoax|falsely|false claim|false claims|false rumor|false rumour|fake news|misleading)',
  ],
  reported: [
    '(police|court|judge|jury|prosecutors|prosecutor|detectives|investigators|officers|the fbi|authorities|officials|lawyers|witnesses|reporters|journalists|the newspaper|the article|the report|the documentary|historians|survivors|the victim|victims|the defendant|the accused|a man|the suspect|the attacker) ~6 (said|say|says|told|found|reported|report|charged|arrested|convicted|sentenced|accused|alleged|testified|heard|investigating|investigate|investigated|described|recalled|wrote|shouted|threatened|admitted|denied|confessed|ruled|seized|reviewed|remember|remembered|pleaded)',
    '(was|were|been|is|are|being|got) (arrested|charged|convicted|sentenced|jailed|accused|indicted|fined|found guilty|investigated|imprisoned|banned|fired|suspended|prosecuted|murdered|assassinated|killed in|shot in|deported|persecuted|targeted|chanted|spray painted|sprayed)',
    '(allegedly|according to|reportedly|quoted as saying|testified that|in his speech|in the trial|in the indictment|during the war|during the genocide|the regime|under the nazis|the nazis|nazi germany|propaganda|the perpetrators|the dictatorship|the genocide|in rwanda|world war|the holocaust|the camps|concentration camps?)',
    '(he|she|they|someone|a (man|woman|user|caller|customer|stranger|commenter)|people|protesters|the mob|extremists|neo nazis|trolls|the caller|the email|the letter|the message|the tweet|the post|the scammer|scammers|the note) (said|say|says|wrote|writes|shouted|shouts|yelled|posted|tweeted|claimed|claims|claim|called|screamed|sent|chanted|told|reads|read|threatened|used|painted|asked|demanded|promised|pretended)',
    '(in|since|until|from|between|by) (1[4-9][0-9][0-9]|19[0-9][0-9]|the (nineteenth|twentieth|eighteenth|middle) (century|ages)|the (1930s|1940s|1950s|1960s|1920s|1990s|thirties|forties))',
  ],
  taught: [
    '(lesson|lessons|training|course|courses|module|chapter|curriculum|students|pupils|learn|learning|workshop|webinar|seminar|class|quiz|lecture|textbook|glossary|definition|for example|example|examples|such as|case study|guideline|guidelines|policy|policies|code of conduct|compliance|onboarding|research|researchers|study|studies|survey|analysis|museum|memorial|documentary|history|historical|exhibition|encyclopedia|linguists|the term|the word|the phrase|the slur|the slogan|means|refers to|defined as|explains|explained|explain|understand|understanding)',
    '(warning signs|red flags|how to (spot|recognize|recognise|report|respond|protect|avoid|help|prevent|handle|talk)|if (you|someone|a \\S+|anyone|somebody|a stranger) ~3 (receive|receives|see|sees|hear|hears|tells|tell|asks|ask|says|threatens|sends|get|gets|offers|calls|claims|promises|notice)|be aware|beware|watch out for|look out for|be careful|awareness|protect yourself|protect your|stay safe|safety tip|safety tips|safeguarding|hang up|report it|never share|prohibited|not allowed|not permitted|forbidden|banned|zero tolerance|violates|violation|unlawful|is illegal|are illegal)',
    '(therapist|therapy|counselor|counsellor|helpline|hotline|crisis line|support group|samaritans|call 988|lifeline|seek help|get help|ask for help|your doctor|talk to (a|your|someone)|treatment program|recovery|rehabilitation|clinical|diagnosis|symptoms|side effects|patients|physicians|pharmacist|public health|harm reduction|addiction|prevention|first aid|emergency services)',
  ],
  told: [
    '(novel|film|movie|play|episode|series|character|story|fairy tale|villain|hero of|scene|screenplay|plot|game|video game|song|lyrics|poem|opera|musical|theatre|theater|actor|actress|shakespeare|hamlet|macbeth|fiction|fictional|fantasy|chapter|comic|joke|satire|metaphor|level|boss fight|monster|zombies|dragons?|orcs)',
  ],
};
