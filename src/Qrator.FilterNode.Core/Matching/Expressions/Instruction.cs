namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>One state of an automaton: a letter (<see cref="Set"/>), a place (<see cref="Place"/>), a fork (<see cref="Other"/>), or the end.</summary>
/// <param name="Set">The letters that lead on, or null.</param>
/// <param name="Place">The place that leads on, or null.</param>
/// <param name="Next">Where it leads to; -1 for the end, where the text matches.</param>
/// <param name="Other">For a fork the other way; -1 otherwise.</param>
internal readonly record struct Instruction(LetterSet? Set, PlaceKind? Place, int Next, int Other);
