namespace Qrator.FilterNode.Matching;

/// <summary>
/// Takes the results of a search. Implemented by a struct and passed as a generic argument, so that a result costs no virtual call and
/// no allocation.
/// </summary>
public interface IHits
{
    /// <summary>One pattern was found. The same id may come several times in one search.</summary>
    void Hit(int id);
}
