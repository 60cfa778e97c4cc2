using System.Net;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Admin;

/// <summary>Where a command on the same machine reaches the admin listener.</summary>
internal static class AdminAddress
{
    /// <summary>The address; a node that listens on all addresses is reached on the nearest.</summary>
    public static Uri Of(AdminConfig admin)
    {
        var listening = admin.Address.EndPoint;
        var address = listening.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listening.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listening.Address;
        return new($"http://{new IPEndPoint(address, listening.Port)}/");
    }
}
