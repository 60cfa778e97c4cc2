using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.State;

/// <summary>The lists of one run of a node, with their keeper and without the rest; the service "shop" with the rule "bad-agent" is there.</summary>
internal sealed class StateRun : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;

    public StateRun(string path, TestTimeProvider? time = null, int capacity = StateQueue.ForAttack, int ipv6Prefix = 64, string service = "shop", bool hasRule = true)
    {
        Path = path;
        Time = time ?? new();
        Clock = new(Time);
        Queue = new(capacity);
        Store = new(Queue);
        Shop = Store.Service(service, 5_000_000, new(ipv6Prefix)).Lists;
        if (hasRule)
        {
            Shop.Blacklist.CauseOf(ListSource.Header, "bad-agent");
        }

        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
        Keeper = new(new(path, Time), Queue, Store, Clock, Time, _loggers.CreateLogger<StateKeeper>());
    }

    public string Path { get; }

    public TestTimeProvider Time { get; }

    public CollectedLog Log { get; } = new();

    public NodeClock Clock { get; }

    public StateQueue Queue { get; }

    public NodeStore Store { get; }

    public ServiceLists Shop { get; }

    public StateKeeper Keeper { get; }

    public ClientList Blacklist => Shop.Blacklist;

    public static StateRun Start(string path, TestTimeProvider? time = null, int capacity = StateQueue.ForAttack, int ipv6Prefix = 64, string service = "shop", bool hasRule = true)
    {
        var run = new StateRun(path, time, capacity, ipv6Prefix, service, hasRule);
        run.Keeper.Start();
        return run;
    }

    /// <summary>The header filter lists a client for an hour.</summary>
    public void Offend(string client, string detail = "User-Agent: BadBot")
    {
        var listing = Shop.Put(
            ListKind.Blacklist, ClientKey.FromAddress(System.Net.IPAddress.Parse(client)), Blacklist.CauseOf(ListSource.Header, "bad-agent"), Clock.Now, TimeSpan.FromHours(1));
        listing.Changed.ShouldBeTrue();
        Shop.Report(listing, detail, "0123456789abcdef0123456789abcdef");
    }

    public void Append(string key, TimeSpan? ttl = null, string comment = "") =>
        Shop.Append(ListKind.Blacklist, Key(key), Clock.Now, ttl is { } time ? Clock.Now + time.Ticks : null, comment);

    public void Remove(string key) => Shop.Remove(ListKind.Blacklist, Key(key), Clock.Now);

    /// <summary>Who is on the blacklist, in order.</summary>
    public string[] Listed() => [.. Blacklist.Entries(Clock.Now).Select(entry => entry.Key.ToString()).Order(StringComparer.Ordinal)];

    public ListedEntry Find(string key)
    {
        Shop.TryFind(ListKind.Blacklist, Key(key), Clock.Now, out var found).ShouldBeTrue();
        return found;
    }

    /// <summary>The addresses of the rows, in order, as another process reads them.</summary>
    public string[] Rows()
    {
        using var rows = Query("SELECT hex(address), bits FROM entries ORDER BY address, bits");
        var found = new List<string>();
        while (rows.Read())
        {
            found.Add($"{new System.Net.IPAddress(Convert.FromHexString(rows.GetString(0)))}/{rows.GetInt64(1).ToString(CultureInfo.InvariantCulture)}");
        }

        return [.. found];
    }

    public Task ShouldComeToRows(params string[] rows) =>
        Eventually.Holds(() => Rows().SequenceEqual(rows), $"the rows are {string.Join(", ", rows)}");

    public long Number(string sql)
    {
        using var rows = Query(sql);
        rows.Read().ShouldBeTrue();
        return rows.GetInt64(0);
    }

    /// <summary>A series of the state.</summary>
    public double Metric(string series)
    {
        var writer = new MetricsWriter();
        Keeper.Status.Write(writer);
        var line = writer.ToString().Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public Task ShouldBecomeAvailable(bool available) =>
        Eventually.Holds(() => Keeper.Status.IsAvailable == available, $"available is {available}: {string.Join('\n', Log.Lines)}");

    public async ValueTask DisposeAsync()
    {
        await Keeper.DisposeAsync();
        _loggers.Dispose();
    }

    public static NetworkPrefix Key(string text)
    {
        NetworkPrefix.TryParse(text, out var key, out var problem).ShouldBeTrue(problem);
        return key!;
    }

    private SqliteDataReader Query(string sql)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteReader(System.Data.CommandBehavior.CloseConnection);
    }
}
