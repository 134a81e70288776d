import pytest

from feynman.text.foreign import foreign_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("L'eau s'évapore de la mer et forme des nuages.", "fr"),
        ("As plantas absorvem dióxido de carbono pelas folhas e libertam oxigénio para o ar.", "pt"),
        ("Le piante assorbono anidride carbonica attraverso le foglie e producono ossigeno.", "it"),
        ("Planten nemen koolstofdioxide op door kleine gaatjes in de bladeren en maken daar suiker van.", "nl"),
        ("Cây xanh hấp thụ khí cacbonic qua lá và thải ra khí oxy vào không khí.", "vi"),
        ("Рослини поглинають вуглекислий газ через листя і виділяють кисень.", "uk"),
        ("光は植物の葉に当たると、二酸化炭素と水から糖を作ります。", "ja"),
        ("พืชดูดซับคาร์บอนไดออกไซด์ผ่านใบและปล่อยออกซิเจน", "th"),
    ],
)
def test_a_third_language_is_recognised(text: str, language: str) -> None:
    """A sentence is enough."""
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!! ???",
        "🙂🙂🙂",
        "light",
        "光合作用",
        "Bonjour!",
        "植物の光合作用就是用光造糖，叶子像一个小工厂。",
        "我喜欢 bonjour monsieur 这个词，意思是先生您好。",
        "def f(x): return x",
        "SELECT name FROM users WHERE id = 3 ORDER BY name",
        "x = 3, y = 4, z = 5, sqrt(x**2 + y**2)",
        "ΔG = ΔH − TΔS, α β γ",
        "CO2 H2O C6H12O6 O2 light energy ATP NADPH",
        "chlorophyll stomata glucose oxygen carbon dioxide",
        "Homo sapiens, Escherichia coli, Canis lupus, Felis catus",
        "zhi wu xi shou er yang hua tan chan sheng yang qi",
        "asdf qwer zxcv uiop hjkl vbnm",
        "idk lol plants suck up water n stuff then boom sugar",
        "mass times acceleration equals force always",
        "plants absorb sunlight water carbon dioxide make sugar release oxygen",
        "Die Photosynthese means making sugar with light, my teacher said so",
    ],
)
def test_short_technical_and_mixed_texts_raise_no_alarm(text: str) -> None:
    """Words, names, code, formulas, pinyin, slang, and foreign words in an English or Chinese text are nothing new."""
    assert foreign_language(text) is None
