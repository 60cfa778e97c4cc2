using System.Diagnostics;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Waits for what another thread or process brings about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks again and again until the answer is yes; fails after a minute.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException($"never came true: {what}");
            }

            await Task.Delay(20);
        }
    }

    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);
}
