using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// What new clients of a site do in their first seconds when there is no attack. Where most look around, a group of which nobody does is no audience; where
/// few do, it says nothing. Adding is safe for any number of threads, the rest for one.
/// </summary>
internal sealed class Newcomers
{
    // That none of so many visitors looks around happens once in so often: a peak of some minutes is judged some hundred times.
    private const double OnceIn = 1_000_000;
    private const double LeastWatched = 200;
    private const double HalfLifeSeconds = 1_800;

    private readonly GroupSample _sample = new(seconds: 2);
    private double _watched;
    private double _visitors;

    /// <summary>
    /// Of how many clients of a group nobody may look around, so that the group is no audience; <see cref="int.MaxValue"/> before it is known what
    /// new clients do.
    /// </summary>
    public int Enough
    {
        get
        {
            var part = Math.Min(0.99, _visitors / Math.Max(1, _watched));
            return _watched < LeastWatched || part <= 0 ? int.MaxValue : (int)Math.Min(int.MaxValue, Math.Ceiling(Math.Log(OnceIn) / -Math.Log(1 - part)));
        }
    }

    /// <summary>A new client has come.</summary>
    public void Add(in ClientKey client, ulong hash, long now) => _sample.Add(client, hash, now);

    /// <summary>Takes what those of the last seconds have done.</summary>
    public void Learn(ClientTable clients, long now, double seconds)
    {
        _sample.Judge(clients, now, now, int.MaxValue);
        var kept = Math.Pow(0.5, seconds / HalfLifeSeconds);
        (_watched, _visitors) = ((_watched * kept) + _sample.Ripened, (_visitors * kept) + _sample.RipenedVisitors);
    }
}
