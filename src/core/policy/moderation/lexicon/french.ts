/** French: the rules that a lexicon can hold. Accents are folded away, elisions written together (`cest`, `lassassin`). */
import type { Lexicon } from './lexicon.ts';

export const FRENCH: Lexicon = {
  language: 'fr',
  lists: {
    groupe:
      'juifs|les juifs|musulmans|les musulmans|arabes|les arabes|noirs|les noirs|negres|les negres|immigres|les immigres|migrants|les migrants|refugies|les refugies|etrangers|les etrangers|roms|les roms|gitans|les gitans|homosexuels|les homosexuels|homos|les homos|pedes|les pedes|gays|les gays|lesbiennes|les lesbiennes|trans|les trans|femmes|les femmes|handicapes|les handicapes|africains|les africains|chinois|les chinois|asiatiques|les asiatiques|bougnoules|les bougnoules|youpins|les youpins|chretiens|les chretiens|turcs|les turcs|sans abri|mecreants|les mecreants',
    vermine:
      'vermine|de la vermine|rats|des rats|cafards|des cafards|parasites|des parasites|sous hommes|des sous hommes|animaux|des animaux|singes|des singes|porcs|des porcs|chiens|des chiens|un cancer|une peste|un fleau|une maladie|dechets|des dechets|de la racaille|sauvages|des sauvages|pas humains|pas des humains|des nuisibles',
    tuer: 'tuer|exterminer|gazer|massacrer|fusiller|pendre|bruler|egorger|abattre|eliminer|eradiquer|decapiter|lapider|assassiner|buter|crever',
    secret:
      'mot de passe|mots de passe|code secret|code pin|numero de carte|coordonnees bancaires|identifiants|donnees bancaires|code de verification|cryptogramme|rib|code recu par sms|phrase de recuperation|code de securite|informations bancaires|carte bancaire',
    parti:
      'rassemblement national|rn|les republicains|parti socialiste|renaissance|la france insoumise|lfi|les ecologistes|reconquete|parti communiste|front national|nouveau front populaire',
    politicien:
      'macron|emmanuel macron|marine le pen|le pen|bardella|jordan bardella|melenchon|jean luc melenchon|zemmour|eric zemmour|attal|gabriel attal|retailleau|glucksmann|hollande|sarkozy|ruffin',
    drogue:
      'cocaine|coke|heroine|ecstasy|mdma|cannabis|weed|beuh|shit|crack|meth|lsd|ketamine|speed|amphetamines|fentanyl|champignons hallucinogenes|resine',
    maladie:
      'cancer|le cancer|diabete|le diabete|sida|le sida|vih|covid|le covid|autisme|lautisme|alzheimer|sclerose en plaques|depression|la depression|epilepsie|toutes les maladies|tumeurs|les tumeurs',
    remede:
      'javel|eau de javel|dioxyde de chlore|mms|bicarbonate|argent colloidal|vitamine c|huiles essentielles|homeopathie|jus de citron|ail|curcuma|ivermectine|urine|noyaux dabricot|cette tisane|nos gouttes|ces gouttes|le jeune|ce the',
  },
  rules: [
    {
      rule: 'H1',
      patterns: [
        '(il faut|faut|on doit|nous devons|allons|on va|vous devez) (tous|toutes)? (les)? <tuer> (tous|toutes)? <groupe>',
        '<tuer> (tous|toutes) <groupe>',
        '(mort aux|a mort les|mort a tous les) (<groupe>|\\S+ <groupe>)',
        '<groupe> (doivent|devraient|meritent de|meritent detre) (tous)? (mourir|crever|etre (tues|gazes|extermines|pendus|brules|fusilles|abattus|elimines)|bruler|tues|gazes|extermines)',
        '(tuez|exterminez|gazez|egorgez|massacrez|brulez|pendez) (tous|toutes)? (ces)? <groupe>',
        '<groupe> (au four|dehors|a la mer|au bucher)$',
      ],
    },
    {
      rule: 'H2',
      patterns: [
        '<groupe> (sont|ne sont que|cest) (tous|que|comme|tous des|vraiment|rien que|pire que)? <vermine>',
        '(sale|sales) (juif|juifs|juive|arabe|arabes|noir|noirs|negre|negres|pede|pedes|gouine|gouines|immigre|immigres|rom|roms|gitan|gitans|chinetoque|chinois|musulman|musulmans|turc|etranger|etrangers|youpin|bougnoule|trans|migrants?)',
        '<groupe> se reproduisent comme des (rats|lapins|cafards|animaux)',
      ],
    },
    {
      rule: 'H3',
      patterns: [
        '(bougnoule|bougnoules|youpin|youpins|youpine|negro|negros|bamboula|chinetoque|chinetoques|raton|bicot|bicots|sale pede|tarlouze|tarlouzes|tapette|tapettes|gouine|gouines|crouille|crouilles|romanichel|romanichels|sidi|mongol|mongoliens)$',
        '(bougnoule|bougnoules|youpin|youpins|bamboula|chinetoque|chinetoques|bicot|bicots|tarlouze|tarlouzes)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'H4',
      patterns: [
        '(hitler|les nazis|petain|les ss) (avait|avaient|etait|etaient) (raison|un heros|des heros|un grand homme)',
        '(la shoah|lholocauste|les chambres a gaz) (na jamais existe|nont jamais existe|est un mensonge|est une invention|sont un mensonge|est un mythe|sont une invention)',
        '(vive|gloire a|heil) (hitler|le reich|le nazisme|le ku klux klan)',
        'la race blanche (est superieure|doit dominer|doit regner|vaincra)',
      ],
    },
    {
      rule: 'H5',
      patterns: [
        '(expulser|virer|deporter|renvoyer|enfermer) (tous|toutes) <groupe>',
        '<groupe> (sont|ne sont que) (tous|naturellement|par nature)? (des)? (criminels|voleurs|violeurs|terroristes|inferieurs|paresseux|menteurs|delinquants|pervers|malades mentaux|stupides|inferieures|betes|feignants|profiteurs|assassins)',
        '<groupe> (nont rien a faire|nont pas leur place) (ici|en france|chez nous|dans notre)',
        '(interdit aux|on nembauche pas de|ne louez jamais a des|on ne loue pas aux) <groupe>',
      ],
    },
    {
      rule: 'R1',
      patterns: [
        '(tu es|tes|espece de|il est|elle est|vous etes) (quun|quune|une|un|vraiment|juste)? (sale|gros|grosse|pauvre|vieux|vieille)? (connard|connasse|salope|pute|putain|encule|fils de pute|merde|debile|cretin|abruti|ordure|raclure|dechet|pourriture|batard|batarde|moins que rien|laideron|truie|porc|conne|grosse vache)',
        '(ferme ta gueule|va te faire foutre|va te faire enculer|nique ta mere|casse toi pauvre|fils de pute|va crever|ta gueule (connard|salope|pute))',
        'personne ne (taime|taimera|te regrettera|veut de toi)',
      ],
    },
    {
      rule: 'R2',
      patterns: [
        '(harcelez|harcelons|inondez|spammez|bombardez|pourrissons|pourrissez) (la|le|les|sa|son|ses|lui|cette|ce) ~6',
        '(faisons|faites) (de)? (sa|leur) vie un enfer',
        '(faisons|faites) lui (vivre|de sa vie) un enfer',
      ],
    },
    {
      rule: 'R3',
      patterns: [
        '(jespere|je souhaite|vivement) ~4 (tu creves|tu meures|elle creve|il creve|il meure|elle meure|vous creviez|ta mort|sa mort|un cancer|mourir)',
        '(creve|va crever|va mourir) (ordure|salope|connard|en enfer|sale)?$',
        '(tu merites|il merite|elle merite) (de|la) (mourir|mort|crever)',
      ],
    },
    {
      rule: 'T1',
      patterns: [
        '(je vais|on va|nous allons|jvais) (te|vous|le|la|les|tous|lui) (vous|les)? (tuer|egorger|buter|planter|fumer|crever|massacrer|defoncer|violer|bruler|decapiter|abattre|casser (la gueule|les jambes|les genoux|le nez)|briser les|descendre|eventrer|poignarder|etrangler)',
        '(je|on) (te|vous) (tuerai|egorgerai|buterai|planterai|retrouverai|bruleras|creverai)',
        '(je|on) (sais|sait) ou (tu habites|vous habitez|tu dors|ta famille|tes enfants)',
        '(tu es|tes) (un homme mort|une femme morte|mort si|deja mort)',
        '(tu vas|vous allez) (mourir|crever|le payer de (ta|votre) vie|saigner)',
      ],
    },
    {
      rule: 'T2',
      patterns: [
        '(jai|nous avons|on a|il y a) ~3 (bombe|bombes|explosifs) ~5 (pose|posee|place|cache|dans|gare|ecole|lycee|metro)',
        '(je vais|on va|nous allons) (faire sauter|bruler|attaquer|mitrailler|faire exploser|incendier) ~3 (ecole|lycee|gare|mosquee|eglise|synagogue|mairie|hopital|bureau|lecole|leglise|lhopital|concert|fac)',
      ],
    },
    {
      rule: 'T3',
      patterns: [
        '(rejoins|rejoignez|rejoindre|soutenez|vive) ~2 (daech|letat islamique|al qaida|le djihad|le jihad|le califat)',
        '(le|les) (terroriste|terroristes|tueur|assaillant|assaillants) (est|etait|sont|etaient) (un heros|des heros|un martyr|des martyrs)',
      ],
    },
    {
      rule: 'T4',
      patterns: [
        '(fabriquer|construire|preparer|fabriquez|fabrique|assembler|confectionner) (une|un|des|de la|votre|ta|ton)? (bombe|explosif|explosifs|engin explosif|cocktail molotov|bombe artisanale|ricine|gaz sarin|bombe tuyau|grenade)',
      ],
    },
    {
      rule: 'T5',
      patterns: [
        '(paie|paye|payez|envoie|envoyez|verse|versez|vire) ~8 (ou|sinon) (je|on|nous|tes|vos|ta|tout) ~6 (publie|publierai|diffuse|diffuserai|regrett*|envoie|verront|balance|divulgu*|brule|montre|mourir|saura|partage)',
        '(ce serait|ca serait) dommage (quil|si|que) ~4 (arrive|arrivait|famille|enfants)',
      ],
    },
    {
      rule: 'S1',
      patterns: [
        '(grosse|enorme|dure) (bite|queue)',
        '(chatte|bite|queue|clito) ~4 (mouillee|humide|dure|suce|leche|bouche|fond|jouir|baise)',
        '(baise|suce|leche|encule) (moi|la|le|ma|mon|sa) ~2 (fort|chatte|bite|fond|bien|dur|queue|cul)',
        '(ejaculation faciale|gang bang|sodomie hard|porno hard)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'S2',
      patterns: [
        '(escorte?s?|prostituees?|massage erotique|massage coquin|call girls?|plan cul tarife) ~6 (dispo*|heure|ce soir|reserve*|euros|appel*|discret|whatsapp|tarif*)',
        '(femmes|filles|salopes|cougars|celibataires) (chaudes|coquines|nues|sexy) (pres de|dans ta|tattendent|en direct|veulent|cherchent)',
        '(mes|photos|videos) (nudes|photos nues|videos porno|nues|porno) ~4 (vendre|onlyfans|mym|payant|abonne*|achet*)',
      ],
    },
    {
      rule: 'S3',
      patterns: [
        '(photos|videos|images) (intimes|nues|nue) ~5 (ex|sans son|diffus*|publi*|partag*|deepfake|deshabill*)',
        '(ghb|drogue) ~4 (dans son verre|verre) ~6',
        '(deshabille|deshabillez|denude) ~5 (ia|photo|collegue|application|en un clic)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'M1',
      patterns: [
        '(pedopornographie|porno denfants|photos denfants nus|enfants nus|porno enfant|pedoporno)',
        '(sexe|relations sexuelles|coucher|faire lamour) avec (des|un|une|les) (enfant|enfants|mineur|mineure|mineurs|fillette|fillettes|petite fille|petites filles|gamine|collegienne)',
        '(fillettes?|petites filles|gamines|collegiennes|enfants|mineures) (sexy|nues|chaudes|excitantes|bandantes)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'M2',
      patterns: [
        '(ne dis|dis|ne le dis|ne raconte|nen parle) (rien|pas|surtout)? ~3 (parents|maman|papa|maitresse|mere) ~10 (secret|photo|jeu|rencontre|cadeau|rejoins|entre nous)',
        '(cest notre|notre petit|un petit) secret ~10 (maman|papa|parents|photo|camera)',
        'envoie moi (une|des) ~2 (photo|photos) ~5 (maillot|culotte|pyjama|lit|bain|sans tes parents|sous vetements|toute nue|deshabille*)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'I1',
      patterns: [
        '(tue toi|suicide toi|pends toi|va te pendre|va te suicider|va te tuer|jette toi (du|sous|par)|ouvre toi les veines|scarifie toi)',
        '(tu devrais|tu ferais mieux de|tu peux) ~2 (te tuer|te suicider|mourir|te pendre|en finir|te jeter)',
        '(le suicide|mourir|la mort|en finir) est (la seule|la meilleure|une belle|ta seule|une) (solution|issue|facon|liberation|delivrance)',
      ],
    },
    {
      rule: 'I2',
      patterns: [
        '(methode|methodes|facon|moyen|moyens) ~3 (indolore|sans douleur|efficace|rapide|sure|plus simple) ~3 (se suicider|mourir|suicide|en finir|se tuer)',
        '(comment|voici comment) (se pendre|se suicider|se tuer|souvrir les veines|se scarifier|sautomutiler|mourir sans)',
        '(combien de|avalez|prenez|avale) ~4 (comprimes|cachets|somniferes|pilules) ~5 (mourir|alcool|reveil*|mortelle?)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'I3',
      patterns: [
        '(pro ana|arrete de manger|ne mange plus rien|affame toi|fais toi vomir|vomis apres|lanorexie (nest pas une maladie|est un mode de vie|est belle))',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught'],
    },
    {
      rule: 'I4',
      patterns: [
        'je (veux|vais|voudrais|compte|pense a) (mourir|me tuer|me suicider|en finir|me pendre|mettre fin a mes jours|me foutre en lair)',
        'je ne (veux|peux) plus vivre',
        '(ceci est|cest) (ma lettre dadieu|mon dernier message|mon adieu|ma derniere video)',
      ],
      excusedBy: ['reported', 'told', 'taught'],
    },
    {
      rule: 'F1',
      patterns: [
        '(rendement|rendements|gains|profits|revenus|benefices|placement) (garanti|garantis|assures|sans risque|100 garanti|garanti a vie|sans aucun risque)',
        '(doublez|triplez|multipliez|doubler|tripler|double) (votre|vos|ton|tes) (argent|mise|capital|investissement|bitcoins?|economies|epargne|depot)',
        '(gagnez|gagne|gagner) ~5 (euros)? (par|chaque) (jour|semaine|heure) ~5 (sans|garanti|depuis chez|automatiquement|rien faire)',
        '(devenez|devenir|deviens) riche ~5 (rapidement|sans|garanti|en quelques|en dormant|en un mois)',
      ],
    },
    {
      rule: 'F2',
      patterns: [
        '(compte|carte|acces|colis|profil) (a ete|est|sera) ~2 (suspendu|suspendue|bloque|bloquee|limite|ferme|restreint|desactive|retenu|en attente) ~14 (clique*|lien|verif*|confirm*|connect*|saisi*|mot de passe|payer|regl*|mettre a jour)',
        '(communiquez|donnez|envoyez|saisissez|confirmez|transmettez|indiquez|entrez|donne|envoie) (nous|moi)? (votre|vos|ton|tes|le|les) ~2 <secret>',
        '(lisez|dictez|dis|donne|envoie) (moi|nous) ~3 (code|mot de passe|cryptogramme)',
      ],
    },
    {
      rule: 'F3',
      patterns: [
        '(ici|je suis|cest) (le|la|un|votre|du)? (service des fraudes|police|gendarmerie|banque de france|tresor public|impots|conseiller bancaire|microsoft|elon musk|interpol|caf|conseiller de votre banque) ~20 (carte|virement|argent|code|mot de passe|payer|amende|acces|bitcoin|compte)',
        '(coucou|salut|bonjour) (maman|papa|mamie|papi) ~8 (nouveau numero|telephone casse|accident|mon telephone)',
      ],
    },
    {
      rule: 'F4',
      patterns: [
        '(vous avez|tu as|felicitations) ~6 (gagne|herite|remporte|ete selectionne) ~14 (frais|clique*|coordonnees|payez|versez|lien|virement|reclam*)',
        '(payez|versez|reglez|envoyez|virez) ~4 (frais de (dossier|douane|livraison|traitement)|frais|acompte) ~8 (recevoir|debloquer|lot|heritage|pret|gain|colis|liberer|reclamer)',
        '(cartes? cadeaux?|cartes? google play|cartes? steam|coupons? pcs|cartes? neosurf|cartes? itunes|recharges? transcash|tickets? pcs) ~8 (codes?|numeros?|achet*|envoy*|photo|grattez)',
        '(envoyez|envoie|deposez|transferez) ~4 (bitcoins?|btc|eth|ethereum|crypto) ~6 (double|doublee|rendrons|retour|recevez|multiplie)',
      ],
    },
    {
      rule: 'F5',
      patterns: [
        '(faux|fausses|contrefait|fausse) (papiers|passeports?|permis|diplomes?|billets|cartes didentite|certificats?|rolex|ordonnances?|pass sanitaires?|avis|documents|sacs|factures) ~5 (acheter|vendre|vente|disponibles?|commander|livr*|euros|commandez|achetez|pas cher|garantis)',
        '(achetez|acheter|vends|vendons|commandez|commander|obtenez) ~4 (faux|fausses|fausse) (papiers|passeports?|permis|diplomes?|billets|avis|cartes|certificats?|documents|ordonnances?)',
        'permis de conduire (sans examen|sans passer|achet*)',
      ],
    },
    {
      rule: 'P1',
      patterns: [
        '(votez|votons|vote|voter) (pour|contre) (moi|nous|le|la|les|notre candidat|notre candidate|<parti>|<politicien>)',
        '(votez|votons) (<parti>|<politicien>|utile|blanc|a gauche|a droite)',
        '(seul|seule) (<politicien>|<parti>) (peut|defend|protege|sauvera)',
        '(barrage a|dehors|demission) (<politicien>|<parti>|macron)',
        '<politicien> (demission|dehors|degage|president)$',
      ],
      excusedBy: ['reported', 'taught', 'told'],
    },
    {
      rule: 'P2',
      patterns: ['(ici|je suis|je mappelle) ~1 <politicien> (et|je|votre)'],
      excusedBy: ['reported', 'taught', 'countered'],
    },
    {
      rule: 'P3',
      patterns: ['(donnez|faites un don|versez) ~5 (campagne|<parti>|candidat|candidate)'],
      excusedBy: ['reported', 'taught', 'told'],
    },
    {
      rule: 'X1',
      patterns: [
        '<remede> (guerit|guerissent|soigne|soignent|elimine|detruit|tue|protege du|previent) (meme|aussi|tous)? <maladie>',
        '(guerir|guerissez|soignez|soigner|vaincre|gueri|eliminez) (du|de|le|la|votre|un|son)? <maladie> ~3 (avec|grace|naturellement|sans chimio|sans medicaments|en buvant|sans insuline|en jeunant)',
        '(buvez|bois|avalez|injectez|gargarisez) ~3 (javel|dioxyde de chlore|mms|desinfectant|urine|argent colloidal|terebenthine)',
      ],
    },
    {
      rule: 'X2',
      patterns: [
        '(arretez|arrete|jetez|refusez|cessez|abandonnez) (de prendre|votre|vos|ton|tes|la|le|toute)? ~1 (insuline|chimio|chimiotherapie|antidepresseurs|medicaments|traitement|traitements|vaccins?)',
        '(les vaccins|le vaccin|la vaccination|vaccins) (causent|cause|provoquent|provoque|rendent|contiennent|contient|modifient|modifie|tuent|tue|sont|est) ~2 (autisme|lautisme|steriles?|puces?|adn|poison|un poison|cancer|genocide|infertil*|plus de|mort)',
        'ne (faites|laissez) (pas|jamais|surtout pas) vacciner',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'X3',
      patterns: [
        '(lelection|les elections|lelection presidentielle|le vote|le scrutin|la presidentielle) (a ete|ont ete|est|sont|etait) (truquee?s?|volee?s?|reportee?s?|annulee?s?|falsifiee?s?|truque|truques|reporte|manipulee?s?|deplace|vole)',
        '(votez|voter|votez maintenant) ~4 (par sms|par telephone|par whatsapp|par facebook|par texto|sur instagram)',
        '(bulletins|machines a voter|urnes) (ont ete|sont|etaient) (jetes|truquees|falsifies|detruits|bourrees|remplaces|truques)',
        '(electeurs|partisans) ~4 (votent|doivent voter) (le lundi|lundi|le lendemain|mardi)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'X4',
      patterns: [
        '(le covid|covid|la pandemie|le virus|le rechauffement climatique|le sida|lalunissage|lattentat) (est|etait|nest que|nest quun|nest quune) (un canular|une invention|un mensonge|une arnaque|mise en scene|une mise en scene|un complot|canular)',
        '(la 5g|les chemtrails|les antennes) (cause|causent|propage|propagent|empoisonnent|rend|transmet|provoque|provoquent) ~4 (covid|cancer|virus|population|steriles?|nous)',
        '(le grand remplacement|plandemie|etat profond ~4 (virus|vaccin|pandemie))',
      ],
    },
    {
      rule: 'G1',
      patterns: [
        '(achete|achetez|acheter|vends|vend|vendons|commandez|livraison de|livre|livrons|dispo) ~2 <drogue> ~4 (livraison|discret|gramme|en ligne|qualite|telegram|domicile|ici|pas cher|pure|ce soir|snap|$)',
        '<drogue> (a vendre|en livraison|livree|de qualite a|dispo|pas cher|livraison rapide)',
        '(fabriquer|cuisiner|synthetiser|preparer) ~2 (meth|mdma|crack|lsd|heroine|ecstasy) ~3 (maison|chez|soi|vous|$)',
        '(passer|cacher|faire passer) ~3 <drogue> ~4 (douane|frontiere|aeroport|chiens)',
      ],
    },
    {
      rule: 'G2',
      patterns: [
        '(pistolets?|armes?|fusils?|kalachnikovs?|munitions|glock|silencieux|revolvers?|grenades) ~4 (sans permis|sans papiers|a vendre|sans autorisation|non declarees?|livraison discrete|sans licence)',
        '(achetez|vends|vendons|commandez|acheter) ~3 (pistolets?|armes a feu|fusils?|kalachnikovs?|munitions|glock|armes)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'G3',
      patterns: [
        '(biere|bieres|vin|vodka|whisky|rhum|gin|champagne|pastis|cocktails) ~5 (promo*|commandez|degustez|achetez|reduction|offert*|happy hour|profitez|euros)',
        '(achetez|commandez|degustez|profitez|decouvrez) ~4 (bieres?|vins?|vodka|whisky|rhum|cigarettes|cigares|vapoteuses?|puffs?|tabac|cigarettes electroniques|e liquides?)',
        '(casino|paris sportifs|machines a sous|poker en ligne|tours gratuits|roulette) ~6 (bonus|jouez|gagnez|misez|inscri*|pariez|offerts?)',
        '(pariez|misez|jouez) ~6 (casino|paris|bonus|cotes?|jackpot|machines a sous|roulette|euros offerts)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'G4',
      patterns: [
        '(viagra|xanax|oxycodone|tramadol|ozempic|antibiotiques|valium|cialis|ritaline|codeine|steroides|somniferes|medicaments|lyrica) ~3 sans (ordonnance|medecin|prescription)',
        'sans ordonnance ~5 (viagra|xanax|oxycodone|tramadol|ozempic|antibiotiques|valium|cialis|ritaline|codeine)',
      ],
    },
    {
      rule: 'D2',
      patterns: [
        '(il|elle|mon (ex|voisin|patron)|ma (voisine|patronne|prof)|[a-z]+ [a-z]+) (habite|vit|loge) (au|a) \\d+ ~2 (rue|avenue|boulevard|impasse|allee|chemin|place)',
        '(son|sa|leur) (adresse|numero|telephone|numero de telephone|adresse personnelle|portable) (est|cest) ~1 \\S*\\d\\S*',
      ],
      excusedBy: ['reported', 'taught', 'told', 'negated'],
    },
    {
      rule: 'D5',
      patterns: [
        '(espionner|espionnez|pirater|piratez|surveiller|surveillez|lire|lisez|localiser|localisez|suivez) ~3 (telephone|portable|messages|whatsapp|compte|instagram|position|sms) (de)? ~4 (femme|mari|copine|copain|conjoint|conjointe|partenaire|ex|employes) ~6',
        '(camera cachee|traceur gps|logiciel espion|mouchard) ~6 (voiture|chambre|conjoint|femme|mari|a son insu|copine|douche|sans quelle|sans quil)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
  ],
  contexts: {
    negated: [
      '(ne|jamais|ni|sans|interdit de|interdit|aucun|aucune|personne ne|au lieu de|plutot que|refuse de|refusent de|pas question de|il est illegal de|evitez de)',
    ],
    countered: [
      '(est|sont|etait|cest|etaient|reste) ~2 (faux|fausse|fausses|un mensonge|mensonger|un mythe|raciste|racistes|antisemite|inacceptable|dangereux|une arnaque|une escroquerie|des arnaqueurs|absurde|dementi|interdit|un crime|un delit|illegal|haineux|de la haine|inhumain|une rumeur)',
      '(contre|stop a|combattre|combattons|condamne|condamnons|condamner|refusons|lutter contre|luttons contre|signalez|denoncez|denoncer|protegez|rejetons) ~4 (haine|racisme|antisemitisme|harcelement|violence|violences|arnaques?|fraude|escrocs|terrorisme|desinformation|suicide|discriminations?|propos|rumeurs?|slogan|menaces?|hameconnage|extremisme)',
      '(aucune preuve|fact checking|verification des faits|infox|rumeur|dementi|contrairement a|idee recue|faussement|soi disant)',
    ],
    reported: [
      '(police|tribunal|juge|procureur|parquet|enqueteurs|temoins|journalistes?|historiens?|survivants?|victimes?|accuse|un homme|suspect|autorites|les nazis|gendarmes|journal) ~6 (dit|declare|affirme|rapporte|raconte|condamne|arrete|inculpe|ecrit|crie|menace|avoue|saisi|enquete|annonce|explique|temoigne|ont)',
      '(a ete|ont ete|fut|furent|etait|est) ~2 (arrete|arretee|arretes|condamne|condamnee|condamnes|inculpe|assassine|assassines|juge|deportes|persecutes|saisi|interpelle|tague|tagues?|scande|retrouvee?s?)',
      '(selon|dapres|presume|en 1[4-9]\\d\\d|en 19\\d\\d|pendant la guerre|sous le regime|a lepoque|propagande|dans son discours|lors du proces|sous loccupation|camps de concentration|seconde guerre)',
    ],
    taught: [
      '(cours|formation|lecon|module|atelier|seminaire|apprendre|exemple|exemples|par exemple|signifie|definition|le terme|le mot|expression|histoire|musee|memorial|recherche|etude|charte|reglement|politique interne|explique|expliquer|comprendre|exposition|sensibilisation|prevention|manuel)',
      '(signes dalerte|attention|mefiez vous|comment reconnaitre|comment se proteger|comment reagir|si (vous|quelquun|un inconnu|on) ~3 (recevez|recoit|dit|demande|promet|appelle|menace|voyez|propose)|ne communiquez jamais|ne partagez jamais|est interdit|sont interdits|signalez)',
      '(therapie|psychologue|numero dappel|demander de laide|aide|medecin|patients|traitement|effets secondaires|symptomes|soutien|3114|addictologue|sante publique)',
    ],
    told: [
      '(roman|film|serie|personnage|histoire|conte|piece de theatre|scenario|jeu|jeu video|chanson|poeme|opera|acteur|actrice|scene|comedie|polar|intrigue|episode)',
    ],
  },
};
