using System.Net.Sockets;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class CommandTests
{
    [Fact]
    public async Task Check_config_of_a_good_file_exits_0()
    {
        var (exit, output, _) = await RunAsync(TestNode.Settings("127.0.0.1:1").ToJsonString(), "--check-config");

        exit.ShouldBe(0);
        output.ShouldBe("the configuration is good: 1 listeners, 1 services\n");
    }

    [Theory]
    [InlineData("--check-config")]
    [InlineData]
    public async Task A_bad_configuration_exits_2_with_every_mistake_and_binds_nothing(params string[] arguments)
    {
        var settings = TestNode.Settings([.. Enumerable.Range(1, 17).Select(i => $"192.0.2.{i}:80")]);
        TestNode.Shop(settings)["Hots"] = "x";

        var (exit, output, errors) = await RunAsync(settings.ToJsonString(), arguments);

        exit.ShouldBe(2);
        output.ShouldBe("");
        errors.ShouldBe("""
            FilterNode:Services:shop:Hots: unknown key; did you mean Hosts?
            FilterNode:Services:shop:Origins: 17 addresses; at most 16

            """, StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public async Task An_empty_folder_is_told_what_to_write()
    {
        var (exit, _, errors) = await RunAsync(null);

        exit.ShouldBe(2);
        errors.ShouldContain("FilterNode:Listeners: missing; at least one, such as");
        errors.ShouldContain("FilterNode:Services: missing; at least one, such as");
    }

    [Fact]
    public async Task An_address_in_use_is_one_clear_line_and_exit_1()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var settings = TestNode.Settings("127.0.0.1:1");
        settings["FilterNode"]!["Listeners"] = new JsonArray(new JsonObject { ["Address"] = taken.LocalEndpoint.ToString() });

        var (exit, output, _) = await RunAsync(settings.ToJsonString());

        exit.ShouldBe(1);
        output.ShouldContain($"{taken.LocalEndpoint}: address already in use");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Environment_variables_and_the_command_line_are_layers_above_the_files()
    {
        var (exit, _, errors) = await RunAsync(TestNode.Settings("127.0.0.1:1").ToJsonString(), "--check-config", "--FilterNode:Limits:Connections=none");

        exit.ShouldBe(2);
        errors.ShouldContain("FilterNode:Limits:Connections: \"none\" is not a whole number");
    }

    [Fact]
    public async Task The_first_command_runs_the_demo()
    {
        var port = FreePort.Next();
        var admin = FreePort.Next();
        var demo = FreePort.Next();
        await using var node = await NodeProcess.StartAsync(
            Path.Combine(Repository.Root, "src", "Qrator.FilterNode"),
            "env", "ASPNETCORE_ENVIRONMENT=Demo", "dotnet", NodeProcess.Dll,
            $"--FilterNode:Listeners:0:Address=127.0.0.1:{port}",
            $"--FilterNode:Admin:Address=127.0.0.1:{admin}",
            $"--FilterNode:DemoOrigin:Address=127.0.0.1:{demo}",
            $"--FilterNode:Services:demo:Origins:0=127.0.0.1:{demo}");

        (await node.Client.GetStringAsync(node.Address)).ShouldContain("This is the demo origin");
        node.Lines.ShouldContain(line => line.Contains("try: curl", StringComparison.Ordinal));
        (await node.Client.GetStringAsync(new Uri(node.AdminAddress, "readyz"))).ShouldBe("ready\n");
    }

    [Fact]
    public async Task SIGTERM_ends_the_node_with_exit_0()
    {
        await using var node = await NodeProcess.StartAsync(TestNode.Settings("127.0.0.1:1"));

        (await node.TerminateAsync()).ShouldBe(0);
        node.Lines.ShouldContain(line => line.Contains("stopped", StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string? settings, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        if (settings is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), settings);
        }

        try
        {
            return await Command.RunAsync(folder, "", "dotnet", [NodeProcess.Dll, .. arguments]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
