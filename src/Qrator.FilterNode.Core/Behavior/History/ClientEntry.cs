using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.History;

/// <summary>What is remembered of one client: 64 bytes.</summary>
internal struct ClientEntry
{
    /// <summary>Good answers that make a history.</summary>
    public const int EnoughGood = 3;

    // Who waits for a slow page may ask for it once more, and once again.
    private const int Impatient = 4;

    private const byte InRow = 3;
    private const byte ThirdPage = 4;
    private const byte OtherPages = 8;
    private const long Settled = TimeSpan.TicksPerSecond * 30;

    /// <summary>Who.</summary>
    public ClientKey Client;

    /// <summary>When the current window began, in ticks.</summary>
    public long WindowStart;

    /// <summary>Requests of the window.</summary>
    public ushort Requests;

    /// <summary>Errors of the window.</summary>
    public ushort Errors;

    /// <summary>Milliseconds of origin time that ended in the window.</summary>
    public float OriginMilliseconds;

    /// <summary>Bytes of answers that ended in the window.</summary>
    public float Bytes;

    /// <summary>The most requests of a calm window; fades.</summary>
    public float UsualRequests;

    /// <summary>The minute of the clock that <see cref="GoodNow"/> counts in.</summary>
    public uint GoodMinute;

    /// <summary>Good answers before that minute.</summary>
    public ushort GoodBefore;

    /// <summary>Good answers in that minute.</summary>
    public ushort GoodNow;

    /// <summary>Some bits of the hash of the page it asked for last.</summary>
    public ushort LastPage;

    /// <summary>Of the first usual page it asked for; 0 for none yet.</summary>
    public ushort FirstUsual;

    /// <summary>Requests not yet at their end.</summary>
    public ushort InFlight;

    // How often in a row it asked for the last page, up to 3; whether there was a third usual page; whether there were any that are not usual.
    private byte _asked;

    /// <summary>Answers since the last halving, for the share of errors.</summary>
    public byte Ends;

    /// <summary>Errors among those.</summary>
    public byte ErrorEnds;

    /// <summary>Errors of the origin (500 and above) among those; they say nothing about the client.</summary>
    public byte FailedEnds;

    /// <summary>Of the second usual page of another shape; 0 for none yet.</summary>
    public ushort SecondUsual;

    /// <summary>Until which second of the clock nothing more is done about the client; for clients that are counted and not listed.</summary>
    public uint SettledUntil;

    /// <summary>
    /// Whether it had its history before <paramref name="onset"/>: at least three good answers, those of the last minute and a half not counted,
    /// because an attack is some seconds old when it is noticed.
    /// </summary>
    public readonly bool IsKnown(long onset) =>
        GoodBefore + (((GoodMinute + 1L) * TimeSpan.TicksPerMinute) + Settled <= onset ? GoodNow : 0) >= EnoughGood;

    /// <summary>How often in a row it asked for the last page, up to 3.</summary>
    public readonly int Streak => _asked & InRow;

    /// <summary>
    /// Whether it looks around on the site as visitors do: it has asked for three usual pages of different shape, such as a page with two files that belong
    /// to it. A tool that is after one page, or after pages that nobody else asks for, does not come by them.
    /// </summary>
    public readonly bool Browses => (_asked & ThirdPage) != 0;

    /// <summary>Takes a page that it asks for.</summary>
    public void CountPage(ulong page, bool isUsual)
    {
        var streak = LastPage == (ushort)page ? Math.Min(Streak + 1, InRow) : 1;
        _asked = (byte)((_asked & ~InRow) | streak);
        LastPage = (ushort)page;
        var bits = (ushort)((page >> 48) | 1);
        if (!isUsual)
        {
            _asked |= OtherPages;
        }
        else if (FirstUsual == 0 || FirstUsual == bits)
        {
            FirstUsual = bits;
        }
        else if (SecondUsual == 0 || SecondUsual == bits)
        {
            SecondUsual = bits;
        }
        else
        {
            _asked |= ThirdPage;
        }
    }

    /// <summary>Forgets the pages that it has asked for.</summary>
    public void ForgetPages() => (FirstUsual, SecondUsual, _asked) = (0, 0, (byte)(_asked & InRow));

    /// <summary>What it looks like.</summary>
    /// <param name="onset">When the attack began; now when there is none.</param>
    public readonly ClientConduct Conduct(long onset)
    {
        if (IsKnown(onset) || Browses)
        {
            return ClientConduct.Visitor;
        }

        var served = Ends - FailedEnds;
        if (served == 0 && Ends + InFlight is > 0 and < Impatient)
        {
            return ClientConduct.Waiting;
        }

        var hasOne = SecondUsual == 0 && (FirstUsual == 0 || (_asked & OtherPages) == 0);
        var stays = (Requests >= 2 || Ends >= 2 || InFlight >= 2) && hasOne;
        return stays || (served > 0 && (ErrorEnds - FailedEnds) * 2 >= served) ? ClientConduct.SingleMinded : ClientConduct.Unclear;
    }

    /// <summary>Counts a good answer.</summary>
    public void CountGood(long now)
    {
        var minute = (uint)(now / TimeSpan.TicksPerMinute);
        if (minute != GoodMinute)
        {
            GoodBefore = (ushort)Math.Min(GoodBefore + GoodNow, EnoughGood);
            GoodNow = 0;
            GoodMinute = minute;
        }

        GoodNow = (ushort)Math.Min(GoodNow + 1, EnoughGood);
    }

    /// <summary>Counts an answer for the share of errors; the last 32 to 64 answers count.</summary>
    /// <param name="error">Whether it is an error.</param>
    /// <param name="failed">Whether it is one of the origin.</param>
    public void CountEnd(bool error, bool failed)
    {
        if (Ends >= 64)
        {
            Ends /= 2;
            ErrorEnds /= 2;
            FailedEnds /= 2;
        }

        Ends++;
        ErrorEnds += error ? (byte)1 : (byte)0;
        FailedEnds += failed ? (byte)1 : (byte)0;
    }
}
