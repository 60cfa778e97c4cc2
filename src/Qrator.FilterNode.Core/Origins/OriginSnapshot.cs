namespace Qrator.FilterNode.Origins;

/// <summary>One origin of a service in the configuration in force.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Store">What is remembered of it.</param>
public sealed record OriginSnapshot(OriginAddress Address, OriginStore Store)
{
    /// <summary><c>http://ip:port</c> or <c>https://ip:port</c>, without a slash at the end.</summary>
    public string Prefix { get; } = Address.Https ? Address.ToString() : $"http://{Address}";
}
