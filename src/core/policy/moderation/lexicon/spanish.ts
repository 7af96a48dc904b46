/** Spanish: the rules that a lexicon can hold. Accents and tildes are folded away. */
import type { Lexicon } from './lexicon.ts';

export const SPANISH: Lexicon = {
  language: 'es',
  lists: {
    grupo:
      'judios|los judios|musulmanes|los musulmanes|moros|los moros|negros|los negros|inmigrantes|los inmigrantes|migrantes|los migrantes|refugiados|los refugiados|extranjeros|los extranjeros|gitanos|los gitanos|homosexuales|los homosexuales|maricones|los maricones|gays|los gays|lesbianas|las lesbianas|trans|los trans|las trans|mujeres|las mujeres|discapacitados|los discapacitados|arabes|los arabes|chinos|los chinos|sudacas|los sudacas|indios|los indios|africanos|los africanos|venezolanos|los venezolanos|latinos|cristianos|los cristianos|infieles|los infieles|menas|los menas|haitianos|los haitianos',
    plaga:
      'ratas|unas ratas|cucarachas|parasitos|unos parasitos|subhumanos|animales|unos animales|monos|cerdos|unos cerdos|perros|una plaga|un cancer|una enfermedad|basura|escoria|salvajes|unos salvajes|alimanas|gusanos|una peste|no son humanos|bestias',
    matar:
      'matar|exterminar|gasear|fusilar|quemar|ahorcar|linchar|degollar|eliminar|aniquilar|masacrar|decapitar|asesinar|lapidar|colgar',
    secreto:
      'contrasena|contrasenas|clave|claves|pin|codigo de seguridad|numero de tarjeta|datos bancarios|datos de tu tarjeta|datos de su tarjeta|cvv|codigo de verificacion|credenciales|frase semilla|frase de recuperacion|numero de cuenta|codigo sms|codigo que|banca en linea|claves de acceso',
    partido:
      'psoe|partido popular|pp|vox|sumar|podemos|ciudadanos|erc|junts|bildu|morena|pri|pan|la libertad avanza|union por la patria|partido socialista|partido republicano|izquierda unida',
    politico:
      'sanchez|pedro sanchez|feijoo|abascal|santiago abascal|yolanda diaz|ayuso|isabel diaz ayuso|milei|javier milei|petro|gustavo petro|maduro|bukele|lopez obrador|sheinbaum|claudia sheinbaum|boric|kast|lula|puigdemont|evo morales',
    droga:
      'cocaina|coca|heroina|extasis|mdma|marihuana|cannabis|hachis|cristal|metanfetamina|lsd|ketamina|fentanilo|crack|tusi|speed|anfetaminas|setas alucinogenas',
    enfermedad:
      'cancer|el cancer|diabetes|la diabetes|sida|el sida|vih|covid|el covid|autismo|el autismo|alzheimer|el alzheimer|esclerosis multiple|depresion|la depresion|epilepsia|todas las enfermedades|cualquier enfermedad|tumores|los tumores',
    remedio:
      'lejia|cloro|dioxido de cloro|mms|bicarbonato|plata coloidal|vitamina c|aceites esenciales|homeopatia|jugo de limon|zumo de limon|limon|ajo|curcuma|ivermectina|orina|semillas de albaricoque|este te|nuestras gotas|estas gotas|el ayuno|agua alcalina',
  },
  rules: [
    {
      rule: 'H1',
      patterns: [
        '(hay que|tenemos que|debemos|deberiamos|vamos a|deben) <matar> (a)? (todos|todas)? (a)? <grupo>',
        '<matar> a (todos|todas) <grupo>',
        '(muerte a|mueran|fuera|maten a|matad a|exterminen a) (todos|todas|todos los)? <grupo>',
        '<grupo> (deben|deberian|merecen|tienen que|merecerian) (todos)? (morir|ser (exterminados|gaseados|fusilados|quemados|eliminados|ahorcados|asesinados)|morirse|arder)',
        '(mata|maten|quemen|quemad|gasead|fusilad) a (todos|todas|los|las|esos) ~1 <grupo>',
      ],
    },
    {
      rule: 'H2',
      patterns: [
        '<grupo> (son|no son mas que|no son) (todos|como|unas|unos|solo|peores que|todas)? (puros|puras|unos|como)? (<plaga>|humanos|personas)',
        '(putos?|sucios?|malditos?|asquerosos?|moros?|negros?|maricon|maricones|gitanos?|judios?|sudacas?|panchitos?|inmigrantes?) (judios?|moros?|negros?|gitanos?|maricones|maricon|inmigrantes?|sudacas?|arabes?|musulmanes?|panchitos?|extranjeros?|de mierda)',
        '<grupo> se reproducen como (ratas|conejos|cucarachas|animales)',
      ],
    },
    {
      rule: 'H3',
      patterns: [
        '(sudaca|sudacas|negrata|negratas|panchito|panchitos|moromierda|moraco|moracos|maricon de mierda|machupichu|machupichus|mongolico|mongolicos|bollera de mierda|judio de mierda|gitano de mierda|moro de mierda|negro de mierda|indio de mierda)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'H4',
      patterns: [
        '(hitler|los nazis|franco) (tenia|tenian|era|eran|fue) (razon|un heroe|heroes|un gran hombre)',
        '(el holocausto|las camaras de gas) (nunca existio|nunca existieron|es mentira|es un invento|son mentira|es una mentira|no existio|fue un invento)',
        '(viva|arriba|heil) (hitler|el nazismo|el reich|el ku klux klan)',
        '(la)? raza (blanca|aria) (es superior|debe gobernar|debe dominar|superior)',
      ],
    },
    {
      rule: 'H5',
      patterns: [
        '(expulsar|deportar|echar|encerrar) a (todos|todas) <grupo>',
        '<grupo> (son|no son mas que) (todos|todas|por naturaleza|unos)? (unos)? (criminales|ladrones|violadores|terroristas|inferiores|vagos|delincuentes|mentirosos|pervertidos|enfermos|tontas|estupidas|tontos|asesinos|degenerados)',
        '(prohibida la entrada a|no contratamos|no alquilamos a|no contrates|nunca contrates|no se aceptan) <grupo>',
        '<grupo> (no deberian|no deben) (votar|trabajar|conducir|tener derechos|casarse|vivir aqui|ensenar)',
      ],
    },
    {
      rule: 'R1',
      patterns: [
        '(eres|es|sois|son) (una|un|unos|solo|tan)? (autentica|autentico|verdadero|puta|maldita|maldito)? (mierda|puta|zorra|hijo de puta|hija de puta|cabron|gilipollas|imbecil|subnormal|basura|escoria|inutil de mierda|cerda|guarra|perra|pedazo de mierda|retrasado|retrasada|gorda asquerosa|bastardo|perdedor asqueroso|despojo)',
        '(hijo de puta|hijos de puta|vete a la mierda|que te jodan|chinga tu madre|callate puta|vete al infierno|malparido|pendejo de mierda|anda a cagar)',
        'nadie te (quiere|soporta|va a querer|echara de menos|aguanta)',
      ],
    },
    {
      rule: 'R2',
      patterns: [
        '(acosen|acosemos|acosad|vamos a acosar|inunden|inundemos|bombardeen|funen) (a|su|sus|le|la|lo) ~6',
        '(hagamos|haganle|hacedle|hacerle|hagamosle) (de)? (su|la)? vida (imposible|un infierno)',
      ],
    },
    {
      rule: 'R3',
      patterns: [
        '(ojala|espero que|deseo que) ~3 (te mueras|se muera|te mueran|te de un cancer|os murais|te mates|sufras|te pudras|revientes|reviente)',
        '(muerete|pudrete|revienta) (ya|de una vez|en el infierno|perra|asqueroso|maldito)?$',
        '(mereces|merece|merecen) (morir|la muerte|que te maten)',
      ],
    },
    {
      rule: 'T1',
      patterns: [
        '(te|os|los|lo|la|le) (voy|vamos) a (matar|degollar|apunalar|pegar un tiro|romper (las piernas|la cara|los huesos|el cuello)|reventar|quemar|rajar|violar|descuartizar|disparar|destrozar|torturar|partir (la cara|las piernas))',
        '(voy|vamos) a (matarte|mataros|matarlo|matarla|matarlos|degollarte|apunalarte|quemarte|violarte|reventarte|matarlos a todos)',
        '(se|sabemos) donde (vives|trabajas|viven tus|duermes|estudian tus)',
        '(estas|date por) (muerto|muerta|muertos)',
        '(vas|vais) a (morir|sangrar|pagarlo con (tu|la) vida|arder)',
      ],
    },
    {
      rule: 'T2',
      patterns: [
        '(he|hemos|hay) ~3 (bomba|bombas|explosivos) ~6 (colocado|puesto|escuela|estacion|metro|en el|en la)',
        '(voy|vamos) a (volar|quemar|atacar|hacer explotar|tirotear|incendiar|reventar) ~3 (escuela|iglesia|mezquita|sinagoga|estacion|edificio|hospital|instituto|colegio|oficina|ayuntamiento)',
      ],
    },
    {
      rule: 'T3',
      patterns: [
        '(unete|unanse|apoya|unios|viva) ~2 (estado islamico|isis|al qaeda|la yihad|yihad|daesh|eta)',
        '(el|los) (terrorista|terroristas|asesino|tirador|atacante) (es|era|fue|son|fueron) (un heroe|heroes|un martir|martires)',
      ],
    },
    {
      rule: 'T4',
      patterns: [
        '(fabricar|hacer|construir|preparar|fabrica|montar|armar) (una|un|tu|tu propia|su)? (bomba|explosivo|explosivos|coctel molotov|bomba casera|bomba de tubo|ricina|gas sarin|artefacto explosivo|granada|bombas caseras)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'T5',
      patterns: [
        '(paga|pague|envia|envie|transfiere|deposita|paguen) ~8 (o|si no) (publico|publicare|publicamos|difundo|difundire|te arrepentiras|todos veran|tu familia|mando|enviare|comparto|lo sabra|subire|hare)',
        '(seria una pena|seria una lastima|que lastima) (que|si) (le|algo|les|te) ~3 (pasara|ocurriera|pase|sucediera)',
      ],
    },
    {
      rule: 'S1',
      patterns: [
        '(polla|verga|pene) (dura|gorda|enorme|grande|tiesa)',
        '(cono|polla|verga|clitoris) ~4 (mojado|humedo|dura|chupa|lame|boca|correrse|follar|dentro|adentro)',
        '(follame|chupame|comeme|cogeme|metemela) ~2',
        '(mamada|corrida facial|gangbang|sexo anal duro|porno duro)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'S2',
      patterns: [
        '(escorts?|prostitutas?|putas|masaje erotico|masajes eroticos|damas de compania|scorts?) ~6 (disponible*|hora|esta noche|llama*|euros|discret*|whatsapp|reserva*|zona)',
        '(chicas|mujeres|maduras|solteras) (calientes|cachondas|desnudas) (cerca|en tu zona|te esperan|en vivo|en directo|quieren)',
        '(vendo|compra|suscribete) ~4 (nudes|packs?|mi pack|fotos desnuda|videos porno|onlyfans|contenido para adultos)',
      ],
    },
    {
      rule: 'S3',
      patterns: [
        '(fotos|videos|imagenes) (intimas|intimos|desnuda|desnudas) ~5 (tu ex|su ex|mi ex|sin su|publica*|difund*|filtra*|sube*|comparte*)',
        '(burundanga|droga|ghb|pastilla) ~4 (en su (copa|bebida|vaso)|bebida) ~6',
        '(desnuda|desviste) a (cualquier|tu|una) ~4 (ia|foto|app|compan*|aplicacion)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'M1',
      patterns: [
        '(pornografia infantil|porno infantil|fotos de ninos desnudos|ninas desnudas|ninos desnudos|pornografia de menores)',
        '(sexo|relaciones sexuales|acostarse|acostarme|follar) con (una|un|ninos|ninas|menores|menor|nino|nina) ~1',
        '(ninas|ninos|colegialas|menores|nenas) (sexys?|desnudas|calientes|cachondas|sensuales|provocativas)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'M2',
      patterns: [
        'no (se lo digas|le digas|lo cuentes|le cuentes|se lo cuentes) ~3 (mama|papa|padres|profesora|madre|nadie) ~10 (secreto|foto|juego|regalo|encontr*|entre nosotros|nuestro)?',
        '(es nuestro|sera nuestro|nuestro) (pequeno)? secreto ~10 (mama|papa|padres|foto|camara)',
        '(mandame|enviame|ensename) (una|tus|fotos|otra) ~2 (foto|fotos) ~5 (ropa interior|bano|cama|pijama|sin ropa|desnud*|traje de bano|sin que tus padres)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'I1',
      patterns: [
        '(matate|suicidate|ahorcate|cortate las venas|tirate (del|por|de|al)|pegate un tiro|quitate la vida|autolesionate)',
        '(deberias|debes|tienes que|puedes|mejor) ~2 (matarte|suicidarte|morirte|ahorcarte|cortarte|quitarte la vida)',
        '(el suicidio|morir|la muerte|suicidarse) es (la unica|la mejor|una|tu unica|lo mejor|la) (salida|solucion|opcion|forma|liberacion|respuesta)',
      ],
    },
    {
      rule: 'I2',
      patterns: [
        '(metodo|metodos|forma|formas|manera|maneras) ~3 (indoloros?|sin dolor|facil|rapida|mas segura|efectivos?|mas facil|indolora) ~3 (suicidarse|morir|suicidio|matarse|quitarse la vida)',
        '(como|asi se) ~1 (ahorcarse|suicidarse|cortarse las venas|autolesionarse|quitarse la vida|matarse|morir sin dolor)',
        '(cuantas|toma|tomate|traga) ~3 (pastillas|somniferos|comprimidos) ~5 (morir|alcohol|despert*|letal)',
      ],
      excusedBy: ['countered', 'reported', 'taught'],
    },
    {
      rule: 'I3',
      patterns: [
        '(pro ana|deja de comer|no comas nada|pasa hambre hasta|provocate el vomito|vomita despues|la anorexia (no es una enfermedad|es un estilo de vida|es hermosa|es bella))',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught'],
    },
    {
      rule: 'I4',
      patterns: [
        '(quiero|voy a|pienso|planeo) (morir|morirme|matarme|suicidarme|quitarme la vida|acabar con mi vida|acabar con todo)',
        'ya no (quiero|puedo) (vivir|seguir viviendo|mas con esta vida)',
        '(esta es|este es) mi (carta de despedida|despedida|ultimo mensaje|ultimo video)',
      ],
      excusedBy: ['reported', 'told', 'taught'],
    },
    {
      rule: 'F1',
      patterns: [
        '(ganancias?|rentabilidad|beneficios?|retorno|ingresos|rendimientos?|intereses) (garantizad*|asegurad*|sin riesgo|100 segur*|sin ningun riesgo)',
        '(duplica|triplica|multiplica|duplique|duplicamos|duplicar) (tu|su|tus|sus) (dinero|inversion|capital|bitcoins?|ahorros|deposito)',
        '(gana|gane|ganar) ~5 (euros|dolares|pesos) (al|por|cada) (dia|semana|hora) ~5 (sin|garantiz*|desde casa|automatic*|sin hacer)',
        '(hazte|hagase|volverte|vuelvete) (rico|millonario) ~5 (rapido|sin|garantiz*|en semanas|en un mes|durmiendo)',
      ],
    },
    {
      rule: 'F2',
      patterns: [
        '(cuenta|tarjeta|acceso|paquete|perfil) (ha sido|esta|sera|fue) ~2 (suspendid*|bloquead*|limitad*|cerrad*|restringid*|desactivad*|retenid*) ~14 (clic|haz|enlace|verific*|confirm*|inicia|ingres*|contrasena|pag*|actualiz*)',
        '(envia|envie|danos|dame|confirme|confirma|introduce|introduzca|ingresa|ingrese|facilite|proporcione|comparte|dime|digame|leeme) (nos|me)? (tu|su|tus|sus|la|el|los|las) ~2 <secreto>',
      ],
    },
    {
      rule: 'F3',
      patterns: [
        '(le llamo|te llamo|soy|somos|le habla|llamamos) (de|del|desde)? (el|la|los|su|un|tu)? (departamento de fraude|policia|guardia civil|banco|agencia tributaria|hacienda|seguridad social|microsoft|elon musk|interpol|servicio tecnico|banco santander|bbva|sat) ~20 (tarjeta|transfer*|dinero|codigo|contrasena|pagar|multa|acceso|bitcoin|clave|cuenta)',
        '(hola) (mama|papa|abuela|abuelo) ~8 (nuevo numero|telefono roto|accidente|se me rompio|movil)',
      ],
    },
    {
      rule: 'F4',
      patterns: [
        '(has|ha|felicidades|felicitaciones) ~6 (ganado|heredado|sido seleccionad*|resultado ganador) ~14 (tasa|gastos|clic|datos|pag*|deposit*|enlace|reclam*|transfer*)',
        '(pague|paga|deposite|deposita|transfiera|envie|abone) ~4 (tasa|comision|gastos de (envio|gestion|aduana|tramite)|cuota|anticipo|tarifa) ~8 (recibir|liberar|premio|herencia|prestamo|paquete|reclamar|desbloquear)',
        '(tarjetas? (de)? (regalo|google play|steam|itunes|amazon)) ~8 (codigos?|numeros?|compr*|envi*|foto|raspa*)',
        '(envia|deposita|envie|transfiere|manda) ~4 (bitcoins?|btc|ethereum|eth|cripto*) ~6 (doble|duplicad*|devolvemos|devolveremos|recibe|devuelvo)',
      ],
    },
    {
      rule: 'F5',
      patterns: [
        '(falsos|falsas|falsificad*|falso) (pasaportes?|dni|carnets?|titulos?|billetes|documentos|certificados?|recetas|licencias?) ~5 (vend*|compr*|venta|disponibles?|envio*|euros|baratos?)',
        '(pasaportes?|dni|carnets?|titulos?|billetes|documentos|certificados?|recetas|licencias?|relojes|bolsos|resenas|diplomas) (falsos|falsas|falsificad*|falso|de conducir falso) ~6 (vend*|compr*|venta|disponibles?|envio*|euros|barat*|entrega|calidad|indetectables?|garantiz*|pedido|$)',
        '(compra|vendo|vendemos|consigue|compre|adquiere) ~4 (resenas|seguidores|opiniones|titulos?|carnet|pasaportes?|billetes|diplomas|licencia|documentos) (falsos|falsas|falso|positivas|sin examen|sin estudiar)',
      ],
    },
    {
      rule: 'P1',
      patterns: [
        '(vota|voten|votad|vote|votemos|votar) (por|a|contra|al) (mi|nosotros|el|la|los|nuestro candidato|nuestra candidata|<partido>|<politico>)',
        '(vota|voten|votad|vote) (<partido>|<politico>|si a|no a)',
        '(solo|unicamente) (el|la)? (<politico>|<partido>) (puede|defiende|protege|salvara|lucha)',
        '(fuera|dimision) (<politico>|<partido>)',
        '<politico> (dimision|fuera|vete ya|presidente|presidenta)$',
      ],
      excusedBy: ['reported', 'taught', 'told'],
    },
    {
      rule: 'P2',
      patterns: ['(soy|habla|me llamo) (el presidente|la presidenta)? <politico> (y|os|les|quiero|anuncio)'],
      excusedBy: ['reported', 'taught', 'countered'],
    },
    {
      rule: 'P3',
      patterns: ['(dona|done|donen|contribuye|aporta) ~5 (campana|<partido>|candidat*)'],
      excusedBy: ['reported', 'taught', 'told'],
    },
    {
      rule: 'X1',
      patterns: [
        '<remedio> (cura|curan|sana|elimina|destruye|mata|previene|protege del|revierte) (hasta|tambien|todo|incluso)? <enfermedad>',
        '(cura|cure|curar|sana|vence|elimina|curate) (tu|su|el|la|del|de)? <enfermedad> ~3 (con|sin quimio|sin medicamentos|naturalmente|bebiendo|en \\S+ dias|sin insulina|tomando)',
        '(bebe|beba|toma|tome|inyecta|haz gargaras) ~3 (lejia|cloro|dioxido de cloro|mms|desinfectante|orina|plata coloidal|aguarras)',
      ],
    },
    {
      rule: 'X2',
      patterns: [
        '(deja|deje|tira|rechaza|abandona|dejen|suspende) (de)? (tomar|usar|tu|tus|la|el|su|sus|los|las)? ~1 (insulina|quimio|quimioterapia|antidepresivos|medicacion|medicamentos|pastillas|tratamiento|vacunas?)',
        '(las vacunas|la vacuna|vacunas) (causan|causa|provocan|provoca|contienen|contiene|alteran|altera|matan|mata|son|es) ~2 (autismo|esterilidad|chips?|microchips?|adn|veneno|cancer|genocidio|infertilidad|mas gente|muerte|un veneno)',
        'no (vacunes|vacune|vacunen|te vacunes|se vacune) ~4',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'X3',
      patterns: [
        '(las elecciones|la eleccion|la votacion|el voto por correo|los comicios) (fueron|fue|son|es|estan|han sido|esta|seran) (robad*|amanad*|manipulad*|fraudulent*|aplazad*|cancelad*|un fraude|falsificad*|pospuest*|trucad*)',
        '(vota|voten|puedes votar|ya puedes votar|votar) ~4 (por sms|por whatsapp|por telefono|por facebook|por mensaje|por correo electronico|por instagram)',
        '(papeletas|urnas|maquinas de votacion|votos) ~2 (tirad*|cambiad*|trucad*|destruid*|manipulad*|falsificad*|quemad*)',
        '(votantes|simpatizantes) ~4 (votan|deben votar) el (lunes|martes|dia siguiente)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'X4',
      patterns: [
        '(el covid|covid|la pandemia|el virus|el cambio climatico|el sida|la llegada a la luna|el atentado) (es|fue|era) (un|una|todo)? (mentira|invento|farsa|montaje|engano|bulo gigante|estafa|plandemia|escenificacion)',
        '(el 5g|los chemtrails|las antenas) (causa|causan|propaga|propagan|envenena|envenenan|transmite|provoca|controlan) ~4 (covid|cancer|virus|poblacion|esteril*|nos|mente)',
        '(plandemia|adrenocromo)',
      ],
    },
    {
      rule: 'G1',
      patterns: [
        '(compra|vendo|vende|vendemos|compre|pide|pidan|se vende|entrego|disponible|consigue) (la)? (mejor|pura|buena)? <droga> ~4 (entrega|discret*|gramo|en linea|calidad|telegram|domicilio|aqui|barat*|pura|whatsapp|online|envio*|$)',
        '<droga> (a la venta|en venta|a domicilio|con entrega|pura|de calidad|disponible)',
        '(cocinar|fabricar|sintetizar|preparar|elaborar) ~2 (metanfetamina|mdma|crack|lsd|heroina|cristal|extasis|cocaina) ~3 (casa|casera|$)',
        '(pasar|esconder|meter) ~3 <droga> ~4 (aduana|frontera|aeropuerto|perros)',
      ],
    },
    {
      rule: 'G2',
      patterns: [
        '(pistolas?|armas?|fusiles|municiones|municion|silenciadores?|rifles?|glock|granadas?|ak 47|revolveres) ~4 (sin licencia|sin papeles|en venta|sin permiso|sin registro|a la venta|sin registrar|sin antecedentes)',
        '(compra|vendo|vendemos|compre|consigue) ~3 (pistolas?|armas de fuego|fusiles|municiones|rifles?|glock|armas)',
      ],
      excusedBy: ['countered', 'reported', 'taught', 'negated'],
    },
    {
      rule: 'G3',
      patterns: [
        '(cerveza|cervezas|vino|vinos|vodka|whisky|ron|ginebra|tequila|champan|mezcal|cocteles) ~5 (oferta*|compra*|pide|disfruta*|descuento*|promocion*|hoy|gratis|2x1|happy hour)',
        '(compra|pide|prueba|disfruta|descubre|aprovecha) ~4 (cervezas?|vinos?|vodka|whisky|ron|cigarrillos|puros|vapers?|vapeadores|tabaco|cigarros electronicos|tequila)',
        '(casino|apuestas deportivas|tragamonedas|tragaperras|poker online|ruleta|giros gratis|tiradas gratis) ~6 (bono|juega|gana|apuesta|registr*|premio*|deposit*|gratis)',
        '(apuesta|juega|registrate) ~6 (casino|apuestas|bono|cuotas|jackpot|tragaperras|ruleta|tragamonedas)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
    {
      rule: 'G4',
      patterns: [
        '(viagra|xanax|oxicodona|tramadol|ozempic|antibioticos|valium|cialis|ritalin|codeina|esteroides|ansioliticos|medicamentos|trankimazin) ~3 sin (receta|prescripcion|medico)',
        'sin receta ~5 (viagra|xanax|oxicodona|tramadol|ozempic|antibioticos|valium|cialis|ritalin|codeina)',
      ],
    },
    {
      rule: 'D2',
      patterns: [
        '(el|ella|mi (ex|vecino|vecina|jefe|jefa|profesora)|[a-z]+ [a-z]+) vive en (la)? (calle|avenida|plaza|paseo|carrera|av|carretera) ~4 \\d+',
        '(su|sus) (direccion|telefono|numero|numero de telefono|movil|celular|domicilio|direccion particular) (es|son) ~1 \\S*\\d\\S*',
      ],
      excusedBy: ['reported', 'taught', 'told', 'negated'],
    },
    {
      rule: 'D5',
      patterns: [
        '(espia|espiar|hackea|hackear|rastrea|rastrear|lee|leer|vigila|vigilar|localiza|intervenir) ~3 (telefono|movil|celular|mensajes|whatsapp|cuenta|instagram|ubicacion) (de)? ~4 (novia|novio|esposa|esposo|pareja|mujer|marido|ex|empleados)',
        '(camara oculta|rastreador gps|localizador|software espia|app espia|programa espia) ~6 (coche|carro|habitacion|pareja|novia|esposa|sin que|ducha|marido)',
      ],
      excusedBy: ['negated', 'countered', 'reported', 'taught', 'told'],
    },
  ],
  contexts: {
    negated: [
      '(no|nunca|jamas|ni|sin|prohibido|esta prohibido|nadie debe|nadie deberia|en lugar de|en vez de|evita|evite|ningun|ninguna|es ilegal)',
    ],
    countered: [
      '(es|son|era|fue|eran|sigue siendo) ~2 (falso|falsa|falsas|mentira|un mito|racista|racistas|antisemita|inaceptable|peligroso|una estafa|estafadores|estafas|un fraude|absurdo|desmentido|un delito|ilegal|odio|inhumano|un bulo|una falsedad|intolerable)',
      '(contra|alto a|basta de|combatir|combatimos|condena|condenamos|condeno|condenan|rechazamos|rechaza|luchar contra|denuncia|denunciar|denuncie|protege|detener|frenar) ~4 (odio|racismo|antisemitismo|acoso|violencia|estafas?|fraude|estafadores|terrorismo|desinformacion|suicidio|discriminacion|bulos?|consigna|amenazas?|phishing|extremismo|mensajes)',
      '(no hay pruebas|no hay evidencia|verificacion de datos|bulo|bulos|desmiente|desmintio|contrariamente a|mito|falsamente|noticias falsas)',
    ],
    reported: [
      '(policia|tribunal|juez|jueza|fiscal|fiscalia|investigadores|testigos|periodistas?|historiadores?|sobrevivientes|supervivientes|victimas?|acusado|un hombre|sospechoso|autoridades|los nazis|periodico|guardia civil) ~6 (dijo|dice|dijeron|declaro|afirmo|informo|informa|relato|cuenta|condeno|detuvo|arresto|acuso|escribio|grito|amenazo|confeso|incauto|investiga|recuerdan|explica)',
      '(fue|fueron|ha sido|han sido|era|eran|quedo) ~2 (detenid*|arrestad*|condenad*|acusad*|asesinad*|juzgad*|deportad*|perseguid*|incautad*|multad*|sentenciad*|despedid*)',
      '(segun|presuntamente|presunto|en 1[4-9]\\d\\d|en 19\\d\\d|durante la guerra|bajo el regimen|en aquella epoca|propaganda|en su discurso|durante el juicio|campos de concentracion|dictadura|segunda guerra)',
    ],
    taught: [
      '(clase|curso|leccion|modulo|taller|seminario|formacion|aprender|aprendemos|ejemplo|ejemplos|por ejemplo|significa|definicion|el termino|la palabra|expresion|historia|museo|memorial|investigacion|estudio|codigo de conducta|politica de la empresa|explica|explicar|explicamos|entender|exposicion|sensibilizacion|prevencion|manual)',
      '(senales de alerta|senales de advertencia|atencion|cuidado con|tenga cuidado|como reconocer|como protegerse|como actuar|si (usted|alguien|un desconocido|te|le) ~3 (recibe|recibes|dice|pide|piden|promete|llama|amenaza|ve|ofrece|ofrecen)|nunca compartas|nunca comparta|esta prohibido|estan prohibidos|denuncie)',
      '(terapia|psicologo|psicologa|linea de ayuda|linea de atencion|pedir ayuda|pide ayuda|medico|pacientes|tratamiento medico|efectos secundarios|sintomas|grupo de apoyo|024|rehabilitacion|salud publica)',
    ],
    told: [
      '(novela|pelicula|serie|personaje|cuento|obra de teatro|guion|juego|videojuego|cancion|poema|opera|actor|actriz|escena|comedia|thriller|trama|episodio)',
    ],
  },
};
