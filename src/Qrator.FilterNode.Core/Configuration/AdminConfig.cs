using System.Net;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Admin</c>.</summary>
public sealed record AdminConfig
{
    /// <summary>Where to listen.</summary>
    [Setting("Address and port of the admin listener.")]
    public ListenAddress Address { get; init; } = new(new IPEndPoint(IPAddress.Loopback, 9090));

    /// <summary>Who may use the API.</summary>
    [Setting("Tokens that open what is not public on the admin listener. Without any, the API is closed.")]
    public IReadOnlyList<string> Tokens { get; init; } = [];
}
