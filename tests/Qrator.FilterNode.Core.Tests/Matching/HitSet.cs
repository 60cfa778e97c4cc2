namespace Qrator.FilterNode.Matching;

/// <summary>Keeps what a search reports, and how often it reports at all.</summary>
internal struct HitSet() : IHits
{
    public SortedSet<int> Ids { get; } = [];

    public int Calls { get; private set; }

    public void Hit(int id)
    {
        Ids.Add(id);
        Calls++;
    }
}
