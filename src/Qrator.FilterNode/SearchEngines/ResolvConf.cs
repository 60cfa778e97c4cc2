using System.Net;

namespace Qrator.FilterNode.SearchEngines;

/// <summary>What the system says of its name servers.</summary>
internal static class ResolvConf
{
    private const int DnsPort = 53;

    /// <summary>The first name server; null when there is none, or the file cannot be read.</summary>
    public static IPEndPoint? FirstServer(string path = "/etc/resolv.conf")
    {
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words is ["nameserver", var text, ..] && IPAddress.TryParse(text, out var address))
                {
                    return new(address, DnsPort);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without a name server nobody is known for a search engine.
        }

        return null;
    }
}
