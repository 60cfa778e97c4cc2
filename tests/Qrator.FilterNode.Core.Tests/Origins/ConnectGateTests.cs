namespace Qrator.FilterNode.Origins;

public class ConnectGateTests
{
    private const long Now = TimeSpan.TicksPerDay;

    private readonly OriginHealth _health = new();
    private readonly ConnectGate _gate;

    public ConnectGateTests() => _gate = new(_health);

    [Fact]
    public async Task A_thousand_arrive_at_a_dark_origin_four_connect_and_all_fail_together()
    {
        var thousand = Enter(1000);

        thousand.Count(turn => turn.IsCompletedSuccessfully).ShouldBe(4);
        _gate.Fail(Now, OriginFailure.ConnectTimeout);

        var results = await Task.WhenAll(thousand);
        results.Count(result => result is null).ShouldBe(4);
        results.Count(result => result == OriginFailure.ConnectTimeout).ShouldBe(996);
        _health.IsAvailable.ShouldBeFalse();
    }

    [Fact]
    public void The_second_time_a_single_one_connects()
    {
        Enter(4);
        Repeat(4, () => _gate.Fail(Now, OriginFailure.ConnectTimeout));

        Enter(1000).Count(turn => turn.IsCompletedSuccessfully).ShouldBe(1);
    }

    [Fact]
    public async Task The_first_success_lets_sixty_four_in_and_each_end_another()
    {
        var thousand = Enter(1000);

        _gate.Succeed(Now);
        await Eventually(() => Admitted(thousand) == 4 + 61);
        _gate.Running.ShouldBe(64);
        _gate.Succeed(Now);
        await Eventually(() => Admitted(thousand) == 4 + 62);

        Repeat(998, () => _gate.Succeed(Now));
        await Eventually(() => Admitted(thousand) == 1000);
        _gate.Running.ShouldBe(0);
    }

    [Fact]
    public async Task They_come_in_in_the_order_of_their_arrival()
    {
        Enter(4);
        var next = Enter(3);

        for (var i = 0; i < 3; i++)
        {
            _gate.Abandon(Now);
            (await next[i]).ShouldBeNull();
            next.Skip(i + 1).ShouldAllBe(turn => !turn.IsCompleted);
        }
    }

    [Fact]
    public async Task Who_stops_waiting_is_passed_over()
    {
        Enter(4);
        using var gone = new CancellationTokenSource();
        var cancelled = _gate.EnterAsync(Now, gone.Token).AsTask();
        var next = _gate.EnterAsync(Now, CancellationToken.None).AsTask();

        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        _gate.Abandon(Now);

        (await next).ShouldBeNull();
        _gate.Running.ShouldBe(4);
    }

    [Fact]
    public void What_the_node_itself_lacks_does_not_set_the_origin_aside()
    {
        Enter(1);

        _gate.Fail(Now, OriginFailure.Local);

        _health.IsAvailable.ShouldBeTrue();
        _gate.Running.ShouldBe(0);
    }

    [Fact]
    public async Task After_any_mix_of_endings_nobody_runs_and_nobody_waits()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    using var cancel = new CancellationTokenSource();
                    var entering = _gate.EnterAsync(Now, cancel.Token).AsTask();
                    lock (random)
                    {
                        if (random.NextBool())
                        {
                            cancel.Cancel();
                        }
                    }

                    await RunAsync(entering, random);
                }
            })));
            _gate.Running.ShouldBe(0, random.ToString());
        }
    }

    private async Task RunAsync(Task<string?> entering, SeededRandom random)
    {
        try
        {
            if (await entering is not null)
            {
                return;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await Task.Yield();
        _gate.Running.ShouldBeInRange(1, 64);
        int ending;
        lock (random)
        {
            ending = random.Next(3);
        }

        switch (ending)
        {
            case 0:
                _gate.Succeed(Now);
                break;
            case 1:
                _gate.Fail(Now, OriginFailure.Refused);
                break;
            default:
                _gate.Abandon(Now);
                break;
        }
    }

    private Task<string?>[] Enter(int count) => [.. Enumerable.Range(0, count).Select(_ => _gate.EnterAsync(Now, CancellationToken.None).AsTask())];

    private static int Admitted(Task<string?>[] turns) => turns.Count(turn => turn.IsCompletedSuccessfully && turn.Result is null);

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    // Those let in go on by themselves, on other threads.
    private static async Task Eventually(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
