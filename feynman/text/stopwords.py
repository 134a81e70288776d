"""Words that say nothing about the subject."""

from typing import Final

__all__ = ["ENGLISH", "HAN_STOPWORDS"]

ENGLISH: Final = frozenset(
    """
    a about above actually after again all almost also although am an and another any anything are aren't
    around as at away back be because been before being below between both but by came can can't cannot come
    comes could couldn't did didn't do does doesn't doing don't done down during each either else even ever
    every everything few first for from further gave get gets getting give gives go goes going gone got had
    hadn't has hasn't have haven't having he he'd he'll he's her here hers herself him himself his how
    however i i'd i'll i'm i've if in indeed inside instead into is isn't it it'd it'll it's its itself just
    keep kind know last least less let lets let's like likely lot lots made make makes many may maybe me
    mean means might more most much must my myself never next no nobody non none nor not nothing now of off
    often ok okay on once one ones only onto or other others otherwise our ours out over own per perhaps put
    puts quite rather really right said same say says see seem seems shall she she's should shouldn't since
    so some somehow someone something sometimes sort still stuff such sure take takes than that that's the
    their theirs them themselves then there there's therefore these they they'd they'll they're they've
    thing things think this those though through thus till to together too toward towards try two under
    until up upon us usually very via want was wasn't way ways we we'd we'll we're we've
    well were weren't what what's whatever when whenever where whether which while who who's whole whom
    whose why will with within without won't would wouldn't yes yet you you'd you'll you're you've your
    yours yourself
    """.split()  # noqa: SIM905 # a table of words reads best as running text
)

HAN_STOPWORDS: Final = frozenset(
    """
    的 了 着 过 地 得 之 所 者 是 在 有 和 与 及 或 而 且 但 也 都 就 还 又 再 才 只 很 更 最
    太 真 好 挺 比较 非常 特别 十分 这 那 哪 此 其 这个 那个 这些 那些 这种 那种 这样 那样 这么 那么
    这里 那里 这儿 那儿 哪里 怎么 怎样 如何 什么 为什么 为何 谁 几 多少 某 某些 某种 每 每个 各 各种 一
    一个 一些 一种 一样 一下 一点 一点儿 一会儿 个 些 种 样 次 下 点 里 里面 上 中 内 外 前 后 时
    时候 以后 之后 然后 接着 以前 之前 同时 于是 因为 由于 所以 因此 因而 从而 如果 要是 假如 只要 只有
    除非 虽然 但是 可是 不过 然而 而且 并且 或者 还是 以及 即使 哪怕 尽管 无论 不管 既 既然 例如 比如
    比如说 譬如 就是 就是说 也就是 也就是说 其实 当然 可能 也许 大概 大约 差不多 一般 通常 往往 常常 经常
    一直 总是 已经 正在 马上 刚 刚刚 会 能 能够 可以 可 要 应该 应当 必须 想 觉得 认为 知道 说 叫 叫做
    称为 看 看到 让 使 使得 把 被 给 对 对于 关于 向 往 从 到 由 用 按 按照 根据 通过 跟 同 比 像
    好像 似的 一般来说 等 等等 之类 之类的 我 你 他 她 它 我们 你们 他们 她们 它们 咱们 自己 别人 人家
    大家 不 没 没有 别 不是 不会 不能 吗 呢 吧 啊 呀 哦 嗯 哈 嘛 啦 呗 么 来 去 进 出 起来 出来
    下来 下去 上来 上去 过来 过去 进去 进来 出去 东西 事情 事 方面 地方 本身 其中 其他 其它 另外 另 别的
    有的 有些 那就 就会 是因为 越 越来越 多 少 做 作 弄 搞 变 变成 成 成为
    """.split()  # noqa: SIM905 # a table of words reads best as running text
)
