namespace Qrator.FilterNode;

/// <summary>Leaves signals and start messages to <see cref="NodeCommand"/>, which runs several servers as one.</summary>
internal sealed class NodeLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
