using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.State;

/// <summary>A node that is killed, or stopped, and started again. FILTERNODE_KILL_ROUNDS says how often it is killed; 3 times unless given.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);

    private readonly TemporaryFolder _folder = new();
    private readonly DateTimeOffset _began = DateTimeOffset.UtcNow.AddSeconds(-1);
    private readonly int _rounds = int.Parse(Environment.GetEnvironmentVariable("FILTERNODE_KILL_ROUNDS") ?? "3", CultureInfo.InvariantCulture);

    [Fact]
    public async Task What_was_listed_more_than_a_second_before_a_kill_is_there_again_and_nothing_is_half_there()
    {
        await using var origin = await TestOrigin.StartAsync();
        await WriteSettingsAsync(origin.Address);
        var random = new Random();
        var next = 0;
        for (var round = 0; round < _rounds; round++)
        {
            var clients = new ListedClients(next);
            IReadOnlyList<IPAddress> promised;
            await using (var node = await StartAsync())
            {
                var began = Stopwatch.StartNew();
                var sending = clients.SendAsync(node, int.MaxValue);
                var moment = TimeSpan.FromMilliseconds(random.Next(1_200, 3_000));
                await Eventually.Holds(() => began.Elapsed > moment && clients.Count > 0, "it is time to kill it");
                var killed = Stopwatch.GetTimestamp();
                node.Process.Kill();
                await node.Process.WaitForExitAsync();
                await sending;
                promised = clients.Before(killed - (long)(Promise.TotalSeconds * Stopwatch.Frequency));
                next = clients.Next;
            }

            await using var again = await StartAsync();
            await ShouldHaveAsync(again, promised);
            await again.TerminateAsync();
        }
    }

    [Fact]
    public async Task A_clean_stop_writes_everything()
    {
        await using var origin = await TestOrigin.StartAsync();
        await WriteSettingsAsync(origin.Address);
        var clients = new ListedClients(0);
        await using (var node = await StartAsync())
        {
            await clients.SendAsync(node, 500);
            (await node.TerminateAsync()).ShouldBe(0);
        }

        clients.Count.ShouldBe(500);
        File.Exists(_folder.File("data/state.db-wal")).ShouldBeFalse("the log is merged into the database");
        await using var again = await StartAsync();
        await ShouldHaveAsync(again, clients.Before(long.MaxValue));
    }

    public void Dispose() => _folder.Dispose();

    private async Task ShouldHaveAsync(NodeProcess node, IReadOnlyList<IPAddress> promised)
    {
        (await node.Client.GetStringAsync(new Uri(node.AdminAddress, "readyz"))).ShouldBe("ready\n");
        var rows = Rows();
        promised.ShouldAllBe(client => rows.ContainsKey(client));
        foreach (var (created, expires) in rows.Values)
        {
            (expires - created).ShouldBe(Ttl, TimeSpan.FromSeconds(0.2));
            created.ShouldBeInRange(_began, DateTimeOffset.UtcNow.AddSeconds(1));
        }

        // Every row that is there is whole: all of them are on the list.
        var metrics = await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"));
        metrics.ShouldContain($"filternode_list_entries{{service=\"shop\",list=\"blacklist\",source=\"header\"}} {rows.Count.ToString(CultureInfo.InvariantCulture)}\n");
        foreach (var client in promised.Where((_, index) => index % 20 == 0))
        {
            await Should.ThrowAsync<HttpRequestException>(() => ListedClients.AskAsync(node, client));
        }
    }

    private Dictionary<IPAddress, (DateTimeOffset Created, DateTimeOffset Expires)> Rows()
    {
        var found = new Dictionary<IPAddress, (DateTimeOffset, DateTimeOffset)>();
        var settings = new SqliteConnectionStringBuilder { DataSource = _folder.File("data/state.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hex(address), created, expires FROM entries";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            found.Add(
                new(Convert.FromHexString(rows.GetString(0))),
                (DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(1)), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2))));
        }

        return found;
    }

    private Task<NodeProcess> StartAsync() => NodeProcess.StartAsync(_folder.Path, "dotnet", NodeProcess.Dll);

    private async Task WriteSettingsAsync(string origin)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["State"] = new JsonObject { ["Database"] = "data/state.db" };
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.0/8") };
        TestNode.Shop(settings)["HeaderFilter"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "all", "Header": "Referer", "Test": "IsEmpty", "List": "Blacklist", "Ttl": "00:30:00" } ] }
            """);
        await File.WriteAllTextAsync(_folder.File("appsettings.json"), settings.ToJsonString());
    }
}
