using Microsoft.AspNetCore.Http.Features;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// Tells a client that left from one that the forwarder cuts, which cancel the same token: remembers how it stood when the forwarder cut. For the time of
/// one attempt, in the place of the features that end a request.
/// </summary>
internal sealed class ClientWatch : IHttpRequestLifetimeFeature, IHttpResetFeature
{
    private readonly IHttpRequestLifetimeFeature _lifetime;
    private readonly IHttpResetFeature? _reset;
    private bool _isCut;
    private bool _hadLeft;

    /// <summary>Takes the place; <see cref="End"/> gives it back.</summary>
    public ClientWatch(IFeatureCollection features)
    {
        _lifetime = features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        _reset = features.Get<IHttpResetFeature>();
        features.Set<IHttpRequestLifetimeFeature>(this);
        if (_reset is not null)
        {
            features.Set<IHttpResetFeature>(this);
        }
    }

    /// <summary>Whether the client is gone, and not because the forwarder cut it.</summary>
    public bool HasLeft => _isCut ? _hadLeft : RequestAborted.IsCancellationRequested;

    public CancellationToken RequestAborted
    {
        get => _lifetime.RequestAborted;
        set => _lifetime.RequestAborted = value;
    }

    public void Abort()
    {
        Cut();
        _lifetime.Abort();
    }

    public void Reset(int errorCode)
    {
        Cut();
        _reset!.Reset(errorCode);
    }

    /// <summary>Gives the place back.</summary>
    public void End(IFeatureCollection features)
    {
        features.Set(_lifetime);
        if (_reset is not null)
        {
            features.Set(_reset);
        }
    }

    private void Cut()
    {
        _hadLeft = HasLeft;
        _isCut = true;
    }
}
