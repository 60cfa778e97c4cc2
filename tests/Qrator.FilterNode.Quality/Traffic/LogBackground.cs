using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>
/// A real log, its clients multiplied until the rate is that of a busy site: every visit of every client is made by each of its copies, at about its
/// time of day, so that the daily rhythm stays and copies come back as the originals did. The log knows no cookies, header orders and waiting
/// times: browsers are taken to send a cookie from their second request on, programs never; pages take 40 ms, files 4.
/// </summary>
internal sealed class LogBackground : IBackground
{
    private static readonly TimeSpan LookAround = TimeSpan.FromSeconds(30);

    private readonly List<LogVisit>[] _byHour = [.. Enumerable.Range(0, 24).Select(_ => new List<LogVisit>())];
    private readonly List<LogVisit> _people = [];
    private readonly string _path;
    private readonly double _copies;
    private readonly double _days;

    public LogBackground(string path, double rate)
    {
        _path = path;
        var visits = AccessLog.Read(path);
        var lines = visits.SelectMany(visit => visit.Lines).ToList();
        foreach (var visit in visits)
        {
            _byHour[visit.Lines[0].At.Hour].Add(visit);
            if (visit.Lines.Count > 2 && IsBrowser(visit.Lines[0].Browser))
            {
                _people.Add(visit);
            }
        }

        _days = (lines.Max(line => line.At) - lines.Min(line => line.At)).TotalDays;
        _copies = rate * 86_400 * _days / lines.Count;
        Rate = rate;
        MostCommon = lines.Where(line => IsBrowser(line.Browser)).GroupBy(line => line.Browser).MaxBy(group => group.Count())!.Key;
    }

    public string Name => "log";

    public double Rate { get; }

    public string FrontPage => "/";

    public Browser MostCommon { get; }

    public Browser PickBrowser(Random random) => _people[random.Next(_people.Count)].Lines[0].Browser;

    /// <summary>By how many hours its day is ahead of the simulation's.</summary>
    public int HoursAhead { get; init; }

    public void Start(Simulation simulation, Random random)
    {
        void Next()
        {
            var visits = VisitsNow(simulation, random);
            var visit = visits[random.Next(visits.Count)];
            Play(simulation, random, visit, Address(visit.Client, random.Next((int)_copies)), 0);
            simulation.After(-Math.Log(1 - random.NextDouble()) * 3600 * _days / (visits.Count * _copies), Next);
        }

        Next();
    }

    /// <summary>The browser that all its visitors have; null for many.</summary>
    public Browser? Only { get; init; }

    public IBackground Other(double times) => new LogBackground(_path, Rate * times) { HoursAhead = 11 };

    public IBackground WithOneBrowser(Browser browser) => new LogBackground(_path, Rate) { Only = browser };

    public void StartAtOnce(Simulation simulation, Random random)
    {
        Start(simulation, random);
        const int Seconds = 3_600;
        var count = (int)(VisitsNow(simulation, random).Count * _copies / _days);
        for (var i = 0; i < count; i++)
        {
            var visits = VisitsNow(simulation, random);
            var visit = visits[random.Next(visits.Count)];
            Play(simulation, random, visit, Address(visit.Client, random.Next((int)_copies)), -Seconds * random.NextDouble());
        }
    }

    public int Visit(Simulation simulation, Random random, Landing landing)
    {
        var visit = _people[random.Next(_people.Count)];
        var client = Addresses.OfVisitor(random);
        var browser = Only ?? visit.Lines[0].Browser;
        var rest = visit.Lines.Skip(1).TakeWhile(line => line.At - visit.Lines[0].At < LookAround).Take(15).ToList();
        var first = Request(random, client, visit.Lines[0] with { Path = landing.Page, Query = "", Referer = landing.Referer, Method = "GET", Status = 200, Browser = browser }, first: true);
        simulation.SendAfter(0, first with
        {
            OriginMilliseconds = landing.Milliseconds > 0 ? landing.Milliseconds : first.OriginMilliseconds,
            Answered = () =>
            {
                foreach (var line in rest)
                {
                    simulation.SendAfter((line.At - visit.Lines[0].At).TotalSeconds + random.NextDouble(), Request(random, client, line with { Browser = Only ?? line.Browser }, first: false));
                }
            },
        });
        return rest.Count + 1;
    }

    private static bool IsBrowser(Browser browser) => browser.Family is "firefox" or "chrome" or "safari" or "msie" or "webview";

    // Half an hour earlier or later, so that the full hour is no moment at which the audience changes.
    private List<LogVisit> VisitsNow(Simulation simulation, Random random) => _byHour[(int)((simulation.Hour + HoursAhead + random.NextDouble() + 23.5) % 24)];

    private static void Play(Simulation simulation, Random random, LogVisit visit, ClientKey client, double begun)
    {
        var begin = visit.Lines[0].At;
        for (var i = 0; i < visit.Lines.Count; i++)
        {
            // The log is written to the second.
            var at = begun + (visit.Lines[i].At - begin).TotalSeconds + random.NextDouble();
            if (at >= 0)
            {
                simulation.SendAfter(at, Request(random, client, visit.Lines[i], i == 0));
            }
        }
    }

    private static SimRequest Request(Random random, ClientKey client, LogLine line, bool first) => new()
    {
        Client = client,
        Browser = line.Browser,
        Method = line.Method,
        Path = line.Path,
        Query = line.Query,
        Referer = line.Referer,
        HasCookie = !first && IsBrowser(line.Browser),
        Status = line.Status,
        OriginMilliseconds = (line.Path.Contains('.', StringComparison.Ordinal) ? 4 : 40) * Math.Exp((random.NextDouble() * 2) - 1),
    };

    private static ClientKey Address(int client, int copy)
    {
        var hash = (((ulong)client << 32) | (uint)copy) * 0x9E37_79B9_7F4A_7C15;
        hash ^= hash >> 29;
        hash *= 0xBF58_476D_1CE4_E5B9;

        // Copies stay in the country of the original.
        return ClientKey.FromIPv4(((uint)(1 + (client % 223)) << 24) | (uint)(hash >> 40));
    }
}
