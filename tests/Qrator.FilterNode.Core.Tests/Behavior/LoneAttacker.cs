using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Behavior;

/// <summary>One client that does far too much of one thing; each call is half a second of it.</summary>
internal sealed class LoneAttacker(BehaviorFixture node)
{
    private readonly Queue<long> _waiting = new();
    private int _page;

    public static ClientKey Client => BehaviorFixture.Attacker(1);

    /// <summary>What it is listed for.</summary>
    public string? Rule => node.Lists.Blacklist.TryGet(Client, node.Now, out var entry) ? entry.Rule : null;

    public Action Of(string rule) => rule switch
    {
        "requests" => Requests,
        "errors" => Errors,
        _ => OriginTime,
    };

    public void Requests()
    {
        for (var i = 0; i < 200; i++)
        {
            node.Send(Client, new("Firefox", "/search"));
        }
    }

    public void Errors()
    {
        var well = node.Answer;
        node.Answer = new(404, 0, Aborted: false);
        for (var i = 0; i < 9; i++)
        {
            node.Send(Client, new("Firefox", $"/{(char)('a' + (_page++ % 26))}"));
        }

        node.Answer = well;
    }

    // Eight requests a second, each of them six seconds with the origin.
    public void OriginTime()
    {
        for (var i = 0; i < 4; i++)
        {
            if (!node.Lists.Blacklist.Contains(Client, node.Now)
                && node.Store.AtArrival(Client, new Visit("Firefox", "/search"), 1, node.Now).Action == VerdictAction.Pass)
            {
                _waiting.Enqueue(node.Now);
            }
        }

        while (_waiting.TryPeek(out var sent) && node.Now - sent >= 6 * TimeSpan.TicksPerSecond)
        {
            _waiting.Dequeue();
            node.Store.AtEnd(Client, new(200, 6 * TimeSpan.TicksPerSecond, Aborted: false), node.Now);
        }
    }
}
