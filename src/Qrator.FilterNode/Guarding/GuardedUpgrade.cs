using Microsoft.AspNetCore.Http.Features;

namespace Qrator.FilterNode.Guarding;

/// <summary>An upgrade that ends the guard's work on the connection at the moment it is accepted.</summary>
internal sealed class GuardedUpgrade : IHttpUpgradeFeature
{
    private readonly IHttpUpgradeFeature _upgrade;
    private readonly Http1Guard _guard;

    public GuardedUpgrade(IHttpUpgradeFeature upgrade, Http1Guard guard)
    {
        _upgrade = upgrade;
        _guard = guard;
    }

    public bool IsUpgradableRequest => _upgrade.IsUpgradableRequest;

    public Task<Stream> UpgradeAsync()
    {
        // Kestrel reads nothing between the head and this.
        _guard.LetPass();
        return _upgrade.UpgradeAsync();
    }
}
