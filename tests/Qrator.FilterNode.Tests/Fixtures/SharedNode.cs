namespace Qrator.FilterNode.Fixtures;

/// <summary>One node with the smallest configuration for all tests of a class that leave it as it is.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    public TestNode Node { get; private set; } = null!;

    public async Task InitializeAsync() => Node = await TestNode.StartAsync("127.0.0.1:1");

    public async Task DisposeAsync() => await Node.DisposeAsync();
}
