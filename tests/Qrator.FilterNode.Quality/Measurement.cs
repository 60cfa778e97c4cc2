using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Quality.Traffic;

namespace Qrator.FilterNode.Quality;

/// <summary>What came of the requests of a case, by the truth about them.</summary>
internal sealed class Measurement
{
    private readonly HashSet<ClientKey> _honest = [];
    private readonly HashSet<ClientKey> _honestListed = [];
    private readonly HashSet<ClientKey> _honestSince = [];
    private readonly List<(long Sent, long Stopped)> _attack = [];
    private readonly List<string> _mistakes = [];
    private long _onset = long.MaxValue;
    private long? _firstEntry;
    private long _honestSent;
    private long _honestStopped;

    /// <summary>The event of the case begins.</summary>
    public void Begin(long time) => _onset = time;

    /// <summary>Why honest clients were listed; the first few.</summary>
    public IReadOnlyList<string> Mistakes => _mistakes;

    public void Count(SimRequest request, long time, bool stopped)
    {
        if (!request.IsAttack)
        {
            _honest.Add(request.Client);
            if (time >= _onset)
            {
                _honestSince.Add(request.Client);
                _honestSent++;
                _honestStopped += stopped ? 1 : 0;
            }

            return;
        }

        var second = (int)((time - _onset) / TimeSpan.TicksPerSecond);
        while (_attack.Count <= second)
        {
            _attack.Add(default);
        }

        _attack[second] = (_attack[second].Sent + 1, _attack[second].Stopped + (stopped ? 1 : 0));
    }

    public void CountListed(SimRequest request, long time, string reason)
    {
        if (request.IsAttack)
        {
            _firstEntry ??= time - _onset;
        }
        else if (_honestListed.Add(request.Client) && _mistakes.Count < 5)
        {
            _mistakes.Add($"{request.Client} {request.Browser.Family} {request.Method} {request.Path} cookie={request.HasCookie}: {reason}");
        }
    }

    public CaseResult Result(string name, string kind, string background, Simulation simulation, string parameters) => new()
    {
        Case = name,
        Kind = kind,
        Background = background,
        Parameters = parameters,
        AttackRequests = _attack.Sum(second => second.Sent),
        FirstEntrySeconds = _firstEntry is { } first ? (double)first / TimeSpan.TicksPerSecond : null,
        Stopped95Seconds = TimeUntil(0.95),
        Stopped99Seconds = TimeUntil(0.99),
        StoppedAfter5 = Share(5),
        HonestClients = _honest.Count,
        HonestClientsSince = _honestSince.Count,
        HonestListed = _honestListed.Count,
        HonestRequests = _honestSent,
        HonestRequestsStopped = _honestStopped,
        MemoryBytes = simulation.Behavior.Bytes,
        NanosecondsARequest = simulation.NanosecondsARequest,
        Log = simulation.Log,
        Mistakes = _mistakes,
    };

    private double? Share(int fromSecond)
    {
        var sent = _attack.Skip(fromSecond).Sum(second => second.Sent);
        return sent == 0 ? null : (double)_attack.Skip(fromSecond).Sum(second => second.Stopped) / sent;
    }

    // The first second from which on that part of the attack requests of every single second is stopped; null when the last second still falls short.
    private int? TimeUntil(double part)
    {
        var late = _attack.FindLastIndex(second => second.Sent > 0 && second.Stopped < part * second.Sent);
        return late == _attack.FindLastIndex(second => second.Sent > 0) ? null : late + 1;
    }
}
