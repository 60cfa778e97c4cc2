namespace Qrator.FilterNode.Origins;

/// <summary>
/// Bounds the connects that run at once to one origin, by <see cref="OriginHealth.ConnectLimit"/>. Those over the bound wait, first come
/// first served, and share the fate of the connects they wait for: a failure fails them all, so that a thousand requests for an origin
/// that went dark end together and cost a few connects. Safe for any number of threads; the lock is never held while anybody connects.
/// </summary>
public sealed class ConnectGate
{
    private readonly OriginHealth _health;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<string?>> _waiting = new();
    private int _running;

    /// <summary>Nobody connects yet.</summary>
    public ConnectGate(OriginHealth health) => _health = health;

    /// <summary>Connects under way.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Waits for a turn to connect.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancelled">Ends the wait.</param>
    /// <returns>
    /// Null: connect now, and MUST call one of <see cref="Succeed"/>, <see cref="Fail"/> and <see cref="Abandon"/> after it, once. Otherwise
    /// why the connects that were waited for failed.
    /// </returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<string?> EnterAsync(long now, CancellationToken cancelled)
    {
        TaskCompletionSource<string?> turn;
        lock (_lock)
        {
            if (_running < _health.ConnectLimit(now))
            {
                _running++;
                return default;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        return WaitAsync(turn, cancelled);
    }

    /// <summary>The connection came about: the origin is well, and those who wait may connect.</summary>
    public void Succeed(long now)
    {
        _health.Connected(now);
        LetIn(now);
    }

    /// <summary>No connection came about: those who wait have failed too.</summary>
    /// <param name="now">The time.</param>
    /// <param name="reason">A word of <see cref="OriginFailure"/>; for all but <see cref="OriginFailure.Local"/> the origin is set aside.</param>
    public void Fail(long now, string reason)
    {
        if (reason != OriginFailure.Local)
        {
            _health.Unreachable(now);
        }

        lock (_lock)
        {
            _running--;
            while (_waiting.TryDequeue(out var turn))
            {
                turn.TrySetResult(reason);
            }
        }
    }

    /// <summary>Nobody wants the connection any more; nothing was learnt. The next in the line may connect.</summary>
    public void Abandon(long now) => LetIn(now);

    private static async ValueTask<string?> WaitAsync(TaskCompletionSource<string?> turn, CancellationToken cancelled)
    {
        await using var registration = cancelled.UnsafeRegister(static (state, token) => ((TaskCompletionSource<string?>)state!).TrySetCanceled(token), turn);
        return await turn.Task;
    }

    private void LetIn(long now)
    {
        lock (_lock)
        {
            _running--;
            var limit = _health.ConnectLimit(now);
            while (_running < limit && _waiting.TryDequeue(out var turn))
            {
                // Counted before it runs, for it may look at the count at once.
                _running++;
                if (!turn.TrySetResult(null))
                {
                    // The wait was cancelled.
                    _running--;
                }
            }
        }
    }
}
