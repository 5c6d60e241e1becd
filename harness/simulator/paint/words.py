"""Know the words that decide a scene, each with what it stands for."""

from typing import Final

PLACES: Final = {
    "city": "city street streets town skyline neon downtown tokyo rome york alley rooftop market "
    "futuristic cyberpunk metropolis",
    "shop": "storefront shopfront shop store bakery boutique florist",
    "forest": "forest wood woods woodland jungle trees park garden grove",
    "sea": "sea ocean lake surf surfing sailing waves river underwater harbor harbour",
    "beach": "beach shore coast island tropical sand",
    "mountain": "mountain mountains alps peak peaks cliff hiking valley climbing",
    "desert": "desert dune dunes canyon savanna sahara",
    "snow": "snow snowy winter arctic skiing ice glacier christmas",
    "room": "room bedroom kitchen cafe library office shelf desk table indoors classroom "
    "restaurant sofa fireplace living workshop spa",
    "studio": "studio product packshot figurine portrait mascot logo icon isolated catalogue",
    "space": "space galaxy planet planets astronaut orbit moon stars cosmos nebula mars",
    "meadow": "meadow field fields hill hills farm grass spring picnic countryside",
    "abstract": "abstract pattern poster geometric generative",
}
HOURS: Final = {
    "day": "day daylight noon sunny bright",
    "morning": "morning dawn sunrise breakfast misty",
    "sunset": "sunset dusk golden evening",
    "night": "night midnight moonlight neon dark stars nocturnal",
    "overcast": "overcast cloudy rain rainy storm fog foggy grey gray",
}
SUBJECTS: Final = {
    "fox": "fox foxes",
    "cat": "cat cats kitten kittens siamese tiger lion",
    "dog": "dog dogs puppy wolf corgi",
    "owl": "owl owls bird birds parrot",
    "bear": "bear bears panda teddy otter koala",
    "rabbit": "rabbit bunny hare",
    "penguin": "penguin penguins duck",
    "robot": "robot robots android",
    "person": "person man woman girl boy child chef astronaut people hero character",
    "car": "car cars taxi truck van automobile",
    "boat": "boat boats ship sailboat sailing yacht",
    "house": "house houses cottage cabin hut barn castle",
    "tree": "tree oak pine bonsai",
    "flower": "flower flowers rose tulip bouquet sunflower",
    "mug": "mug cup coffee tea espresso",
    "bottle": "bottle perfume wine lotion bottles",
    "rocket": "rocket spaceship spacecraft",
    "balloon": "balloon balloons airship",
}
CREATURES: Final = frozenset(
    {"fox", "cat", "dog", "owl", "bear", "rabbit", "penguin", "robot", "person"}
)
EXTRAS: Final = {
    "hat": "hat cap cowboy beret",
    "crown": "crown king queen",
    "glasses": "glasses sunglasses spectacles",
    "planet": "planet saturn",
    "surfboard": "surfing surfboard surf surfer",
    "map": "map newspaper book reading letter",
    "umbrella": "umbrella parasol",
    "kite": "balloon balloons kite",
    "star": "star badge medal",
    "blossom": "flower blossom rose",
    "skateboard": "skateboard skateboarding skating",
    "cup": "drinking sipping mug cup coffee",
    "rain": "rain rainy storm",
    "snowfall": "snow snowy snowing snowfall winter",
    "fog": "fog foggy mist misty haze",
    "traffic": "cars traffic hovercars drones",
    "neon": "neon cyberpunk futuristic",
}
COLOURS: Final = {
    # name: hue in degrees, chroma (OKLCH)
    "red": (27.0, 0.20),
    "orange": (55.0, 0.17),
    "yellow": (95.0, 0.16),
    "gold": (85.0, 0.14),
    "golden": (85.0, 0.14),
    "green": (145.0, 0.15),
    "teal": (190.0, 0.11),
    "turquoise": (190.0, 0.11),
    "blue": (255.0, 0.17),
    "purple": (305.0, 0.17),
    "violet": (300.0, 0.17),
    "pink": (355.0, 0.14),
    "brown": (55.0, 0.08),
    "white": (90.0, 0.01),
    "black": (270.0, 0.02),
    "grey": (260.0, 0.02),
    "gray": (260.0, 0.02),
}
