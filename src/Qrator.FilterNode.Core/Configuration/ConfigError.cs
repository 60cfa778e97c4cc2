namespace Qrator.FilterNode.Configuration;

/// <summary>One mistake in the configuration.</summary>
/// <param name="Path">Where: keys joined with colons, from <c>FilterNode</c> on; or a file name.</param>
/// <param name="Message">What is wrong, and what is right.</param>
public sealed record ConfigError(string Path, string Message)
{
    /// <summary><c>path: what is wrong, and what is right</c>.</summary>
    public override string ToString() => $"{Path}: {Message}";
}
