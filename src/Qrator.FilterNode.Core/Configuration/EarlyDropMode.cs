namespace Qrator.FilterNode.Configuration;

/// <summary>Whether a service lets its blacklisted clients be refused at accept.</summary>
public enum EarlyDropMode
{
    /// <summary>Unless a whitelist rule that needs only the request could still save the client.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
