/** Units of measure: short form → singular and plural. */

const UNITS: Readonly<Record<string, readonly [string, string]>> = Object.fromEntries(
  `%|percent|percent; ‰|per mille|per mille; km|kilometer|kilometers; m|meter|meters; cm|centimeter|centimeters;
mm|millimeter|millimeters; µm|micrometer|micrometers; μm|micrometer|micrometers; nm|nanometer|nanometers;
mi|mile|miles; ft|foot|feet; yd|yard|yards; in|inch|inches; km²|square kilometer|square kilometers;
km2|square kilometer|square kilometers; m²|square meter|square meters; m2|square meter|square meters;
m³|cubic meter|cubic meters; m3|cubic meter|cubic meters; cm²|square centimeter|square centimeters;
cm2|square centimeter|square centimeters; cm³|cubic centimeter|cubic centimeters; ha|hectare|hectares;
kg|kilogram|kilograms; g|gram|grams; mg|milligram|milligrams; µg|microgram|micrograms; lb|pound|pounds;
lbs|pound|pounds; oz|ounce|ounces; t|ton|tons; l|liter|liters; L|liter|liters; ml|milliliter|milliliters;
mL|milliliter|milliliters; cl|centiliter|centiliters; dl|deciliter|deciliters;
mph|mile per hour|miles per hour; kmh|kilometer per hour|kilometers per hour;
km/h|kilometer per hour|kilometers per hour; kph|kilometer per hour|kilometers per hour;
m/s|meter per second|meters per second; m/s²|meter per second squared|meters per second squared;
°C|degree celsius|degrees celsius; °F|degree fahrenheit|degrees fahrenheit;
ºC|degree celsius|degrees celsius; ºF|degree fahrenheit|degrees fahrenheit; °|degree|degrees;
K|kelvin|kelvin; ms|millisecond|milliseconds; µs|microsecond|microseconds; μs|microsecond|microseconds;
ns|nanosecond|nanoseconds; s|second|seconds; sec|second|seconds; secs|second|seconds; min|minute|minutes;
mins|minute|minutes; h|hour|hours; hr|hour|hours; hrs|hour|hours; yr|year|years; yrs|year|years;
mo|month|months; wk|week|weeks; KB|kilobyte|kilobytes; kB|kilobyte|kilobytes; MB|megabyte|megabytes;
GB|gigabyte|gigabytes; TB|terabyte|terabytes; PB|petabyte|petabytes; KiB|kibibyte|kibibytes;
MiB|mebibyte|mebibytes; GiB|gibibyte|gibibytes; kb|kilobit|kilobits; Mb|megabit|megabits;
Gb|gigabit|gigabits; kbps|kilobit per second|kilobits per second;
Mbps|megabit per second|megabits per second; Gbps|gigabit per second|gigabits per second;
Mb/s|megabit per second|megabits per second; Gb/s|gigabit per second|gigabits per second;
MB/s|megabyte per second|megabytes per second; GB/s|gigabyte per second|gigabytes per second;
kbit/s|kilobit per second|kilobits per second; Mbit/s|megabit per second|megabits per second;
fps|frame per second|frames per second; Hz|hertz|hertz; kHz|kilohertz|kilohertz; MHz|megahertz|megahertz;
GHz|gigahertz|gigahertz; W|watt|watts; kW|kilowatt|kilowatts; MW|megawatt|megawatts; GW|gigawatt|gigawatts;
Wh|watt hour|watt hours; kWh|kilowatt hour|kilowatt hours; MWh|megawatt hour|megawatt hours; V|volt|volts;
mV|millivolt|millivolts; kV|kilovolt|kilovolts; A|amp|amps; mA|milliamp|milliamps;
mAh|milliamp hour|milliamp hours; Ω|ohm|ohms; J|joule|joules; kJ|kilojoule|kilojoules; cal|calorie|calories;
kcal|kilocalorie|kilocalories; Pa|pascal|pascals; kPa|kilopascal|kilopascals; hPa|hectopascal|hectopascals;
bar|bar|bars; psi|P S I|P S I; dB|decibel|decibels; N|newton|newtons; px|pixel|pixels; pt|point|points;
dpi|D P I|D P I; ppm|part per million|parts per million; rpm|R P M|R P M; hp|horsepower|horsepower;
sq|square|square; MP|megapixel|megapixels; ct|carat|carats`
    .split(/;\s+/u)
    .map((entry) => {
      const [short = '', one = '', many = ''] = entry.split('|');
      return [short, [one, many] as const];
    }),
);

/** @returns undefined when it is no unit that we know. */
export function unitName(short: string, singular: boolean): string | undefined {
  if (!Object.hasOwn(UNITS, short)) return undefined;
  return UNITS[short]?.[singular ? 0 : 1];
}
