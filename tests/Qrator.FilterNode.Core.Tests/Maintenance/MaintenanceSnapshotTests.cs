using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Maintenance;

public class MaintenanceSnapshotTests
{
    private readonly TestTimeProvider _time = new();
    private readonly NodeClock _clock;
    private readonly FilterFixture _node = new("");

    public MaintenanceSnapshotTests() => _clock = new(_time);

    private MaintenanceStore Store => _node.Service.Store.Maintenance;

    [Fact]
    public void It_is_off_unless_it_is_switched_on() => RetryAfter().ShouldBe(0);

    [Theory]
    [InlineData("{ \"Enabled\": true }", 3600)]
    [InlineData("{ \"Enabled\": true, \"RetryAfter\": \"00:00:01\" }", 1)]
    [InlineData("{ \"Enabled\": true, \"RetryAfter\": \"00:00:01.5\" }", 2)]
    [InlineData("{ \"Enabled\": false, \"RetryAfter\": \"00:00:01\" }", 0)]
    public void The_configuration_says_whether_and_when_to_come_again(string maintenance, int expected)
    {
        _node.Apply($"\"Maintenance\": {maintenance}");
        RetryAfter().ShouldBe(expected);
    }

    [Fact]
    public void Switched_on_while_the_node_runs_it_lasts_until_then_and_says_what_is_left()
    {
        Store.Until = _clock.Now + TimeSpan.FromSeconds(90).Ticks;
        RetryAfter().ShouldBe(90);
        _time.Advance(TimeSpan.FromSeconds(89.5));
        RetryAfter().ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        RetryAfter().ShouldBe(0);
    }

    [Fact]
    public void Switched_off_it_ends_at_once()
    {
        Store.Until = long.MaxValue;
        RetryAfter().ShouldBe(int.MaxValue);
        Store.Until = 0;
        RetryAfter().ShouldBe(0);
    }

    [Fact]
    public void With_both_the_later_of_the_two_is_said_and_a_reload_forgets_neither()
    {
        Store.Until = _clock.Now + TimeSpan.FromSeconds(90).Ticks;
        _node.Apply("""
            "Maintenance": { "Enabled": true, "RetryAfter": "00:01:00" }
            """);
        RetryAfter().ShouldBe(90);
        _time.Advance(TimeSpan.FromSeconds(60));
        RetryAfter().ShouldBe(60);
        _time.Advance(TimeSpan.FromHours(1));
        RetryAfter().ShouldBe(60);
    }

    private int RetryAfter()
    {
        var on = _node.Service.Maintenance.IsOn(_clock, out var seconds);
        on.ShouldBe(seconds > 0);
        return seconds;
    }
}
