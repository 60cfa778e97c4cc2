using System.Net;
using System.Net.Sockets;

namespace Qrator.FilterNode.Sockets;

public sealed class LoopPoolTests
{
    [Fact]
    public void It_holds_no_more_than_it_may()
    {
        var pool = new LoopPool<object>(most: 3);
        object[] items = [new(), new(), new(), new()];

        items.Select(pool.TryGive).ShouldBe([true, true, true, false]);

        Taken(pool, 5).ShouldBe([.. items[..3], null, null]);
        pool.TryGive(items[3]).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_taken_on_one_loop_and_given_on_another_is_taken_again()
    {
        const int AtOnce = 200;
        var pool = new LoopPool<object>(most: AtOnce);
        var made = 0;
        for (var round = 0; round < 20; round++)
        {
            var items = new List<object>();
            await OnLoopAsync(0, () => items.AddRange(Taken(pool, AtOnce).Select(item => item ?? Make(ref made))));
            items.Distinct().Count().ShouldBe(AtOnce);
            await OnLoopAsync(SocketLoop.Count - 1, () => items.ForEach(item => pool.TryGive(item)));
        }

        // And what the other loop keeps for itself.
        made.ShouldBeLessThan(2 * AtOnce);
    }

    private static object Make(ref int made)
    {
        made++;
        return new();
    }

    private static List<object?> Taken(LoopPool<object> pool, int count) => [.. Enumerable.Range(0, count).Select(_ => pool.TryTake(out var item) ? item : null)];

    /// <summary>Does something on the thread of a loop.</summary>
    private static async Task OnLoopAsync(int index, Action action)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var done = false; !done;)
        {
            await using var stream = await LoopStream.ConnectAsync(listener.LocalEndpoint, CancellationToken.None);
            using var peer = await listener.AcceptSocketAsync();
            var reading = Task.Run(async () =>
            {
                await stream.ReadAsync(new byte[1]).ConfigureAwait(false);
                done = SocketLoop.Current?.Index == index;
                if (done)
                {
                    action();
                }
            });
            await peer.SendAsync(new byte[1]);
            await reading;
        }
    }
}
