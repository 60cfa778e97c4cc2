using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Bodies;

/// <summary>
/// What the body of one request has taken from the budgets of its service and of the node. Gives all of it back exactly once; after
/// that it takes nothing any more, so that a read which is still under way when the request ends leaves no byte behind. Safe for any number
/// of threads.
/// </summary>
public sealed class BodyLease : IDisposable
{
    private const long GivenBack = -1;

    private readonly BodyBudget _service;
    private readonly BodyBudget _node;
    private readonly long _serviceLimit;
    private readonly long _nodeLimit;
    private long _taken;

    /// <summary>Nothing taken yet. The limits hold for the whole request, whatever a reload says meanwhile.</summary>
    /// <param name="service">The budget of the service.</param>
    /// <param name="serviceLimit">Its limit in bytes.</param>
    /// <param name="node">The budget of the node.</param>
    /// <param name="nodeLimit">Its limit in bytes.</param>
    public BodyLease(BodyBudget service, long serviceLimit, BodyBudget node, long nodeLimit)
    {
        _service = service;
        _serviceLimit = serviceLimit;
        _node = node;
        _nodeLimit = nodeLimit;
    }

    /// <summary>A lease over the budgets of a service and its node, nothing taken yet.</summary>
    public static BodyLease Of(ServiceSnapshot service, NodeSnapshot node, BodyBudget nodeBudget) =>
        new(service.Store.Bodies, service.Config.InFlightBodyBytes ?? long.MaxValue, nodeBudget, node.Config.Limits.InFlightBodyBytes);

    /// <summary>Takes more bytes, from both budgets or from none.</summary>
    /// <param name="bytes">0 or more.</param>
    /// <returns>Whether they were taken; false when one of the limits is in the way, and after <see cref="Dispose"/>.</returns>
    public bool TryTake(long bytes)
    {
        if (!_service.TryTake(bytes, _serviceLimit))
        {
            return false;
        }

        if (!_node.TryTake(bytes, _nodeLimit))
        {
            _service.GiveBack(bytes);
            return false;
        }

        var taken = Volatile.Read(ref _taken);
        while (taken != GivenBack)
        {
            var seen = Interlocked.CompareExchange(ref _taken, taken + bytes, taken);
            if (seen == taken)
            {
                return true;
            }

            taken = seen;
        }

        _service.GiveBack(bytes);
        _node.GiveBack(bytes);
        return false;
    }

    /// <summary>Gives everything back. Further calls do nothing.</summary>
    public void Dispose()
    {
        var taken = Interlocked.Exchange(ref _taken, GivenBack);
        if (taken > 0)
        {
            _service.GiveBack(taken);
            _node.GiveBack(taken);
        }
    }
}
