"""256 short words that are spelled the same in English and Spanish, for what people compare by eye or on the phone."""

from __future__ import annotations

_WORDS = """
actor alfa alga animal arena aroma arsenal atlas banana banjo bar beta bingo bolero cabaret cable cacao cactus campus
canal capital cargo casino central cereal chocolate circular civil clan club cobra color combo control coral cordial
cultural debate decimal delta dental diagonal digital director disco diva doctor drama dual eclipse editor editorial
elemental enigma era error extra factor fauna favor festival fiesta final flamenco flora fluvial focal formal
fundamental gala gamma gas gel general genial glacial global golf gong gradual guru halo hobby horizontal hotel humor
ideal imperial interior invisible iris irregular jaguar jazz judo karma kayak kilo kiwi koala lambda lateral lava
liberal limbo local lunar maestro magma mambo mango mantra manual marimba material memorial metal micro mineral mini
modal modular molar monitor mosquito motor musical nasal natural neutral noble nominal normal notable nova oasis oboe
omega orbital orca original oval pagoda pampa panda panel panorama papaya parka particular pasta patio peculiar pedal
peninsula perfume personal peso piano pizza plan plasma plaza plural polar polo pop popular portal postal principal
probable protector puma quinoa quiz radar radial radical radio rap reactor regional regular ritual rival robot rock
rodeo rumba rural saga salsa samba sauna sector sensor serial sierra siesta sigma simple singular social soda solar
solo sonar soprano sumo superior taco tango tapioca taxi tempo tenor tequila terminal textual tiara tofu tonal tornado
torso total trio triple trivial tropical tsunami tuba tubular tundra tutor ultra unilateral usual vapor variable
vector veranda verbal vertical vigor villa virtual visor visual vital vocal vodka yoga zen zeta zinc
"""
WORDS: tuple[str, ...] = tuple(_WORDS.split())
