namespace Qrator.FilterNode.Admin;

/// <summary>Whether the node takes traffic: not before everything is loaded, not while it shuts down. Safe for any number of threads.</summary>
internal sealed class Readiness
{
    private volatile bool _isReady;

    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }
}
