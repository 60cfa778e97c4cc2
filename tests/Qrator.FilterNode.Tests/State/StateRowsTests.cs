using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

public sealed class StateRowsTests : IDisposable
{
    private static readonly string[] Prefixes = ["10.0.0.0/8", "10.0.0.0/24", "10.0.0.0", "10.0.0.1", "a00::", "a00::1", "a00::/32", "::ffff:0:0/100", "2001:db8::/64", "255.255.255.255", "::"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Places_are_in_the_order_of_the_table_and_say_who_is_meant()
    {
        var path = _folder.File("state.db");
        var time = new TestTimeProvider();
        var clock = new StateClock(new(time));
        using var database = new StateFile(path, time).Open();
        database.Begin();
        foreach (var (service, prefix) in Prefixes.SelectMany(prefix => new[] { ("one", prefix), ("two", prefix) }))
        {
            database.Put(new(service, ListKind.Blacklist, StateRun.Key(prefix), ListChange.Added, ListSource.Api, "", "", "", clock.Now, clock.Now, null, 0), clock);
        }

        database.Commit();
        var forward = Read(path, "ORDER BY list, address, bits");
        forward.Count.ShouldBe(Prefixes.Length * 2);
        forward.ShouldBe(forward.Order());
        Read(path, "ORDER BY list DESC, address DESC, bits DESC").ShouldBe(forward.AsEnumerable().Reverse());
        forward.Select(place => place.Key.ToString()).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(Prefixes.Select(prefix => StateRun.Key(prefix).ToString()).Order(StringComparer.Ordinal));
        foreach (var (place, before) in forward.Select((place, before) => (place, before)))
        {
            Read(path, $"WHERE (list, address, bits) < {place.Literal}").Count.ShouldBe(before);
        }
    }

    [Fact]
    public void What_is_no_address_is_passed_over()
    {
        var path = _folder.File("state.db");
        using var database = new StateFile(path, new TestTimeProvider()).Open();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        StateSchema.Run(connection, """
            INSERT INTO entries VALUES
              (1, x'', 0, 1, 1, NULL, 0, '', ''), (1, x'0102030405', 32, 1, 1, NULL, 0, '', ''), (1, x'01020304', 33, 1, 1, NULL, 0, '', ''),
              (1, x'01020305', -1, 1, 1, NULL, 0, '', ''), (1, x'01020304', 32, 1, 1, NULL, 0, '', '')
            """);
        Read(path, "").ShouldHaveSingleItem().Key.ToString().ShouldBe("1.2.3.4");
    }

    public void Dispose() => _folder.Dispose();

    private static List<StatePlace> Read(string path, string rest)
    {
        var places = new List<StatePlace>();
        using var rows = new StateRows(path, $"SELECT list, address, bits FROM entries {rest}");
        while (rows.Read())
        {
            if (rows.TryKey(out var place))
            {
                places.Add(place);
            }
        }

        return places;
    }
}
