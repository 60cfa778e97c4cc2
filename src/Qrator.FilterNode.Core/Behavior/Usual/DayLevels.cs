namespace Qrator.FilterNode.Behavior.Usual;

/// <summary>What a number was at each half hour of the day, on earlier days; the last days count most. For one thread.</summary>
internal sealed class DayLevels
{
    private const int Slots = 48;
    private const double NewDay = 0.3;

    private readonly double[] _levels = new double[Slots];
    private int _slot = -1;
    private double _latest;

    /// <summary>The level of that half hour; 0 when no earlier day knows it.</summary>
    public double At(TimeSpan timeOfDay) => _levels[SlotOf(timeOfDay)];

    /// <summary>Takes the level of this minute; what stands at the end of the half hour is kept for the next days.</summary>
    public void Learn(TimeSpan timeOfDay, double level)
    {
        var slot = SlotOf(timeOfDay);
        if (slot != _slot && _slot >= 0)
        {
            ref var known = ref _levels[_slot];
            known = known == 0 ? _latest : known + (NewDay * (_latest - known));
        }

        (_slot, _latest) = (slot, level);
    }

    private static int SlotOf(TimeSpan timeOfDay) => Math.Clamp((int)(timeOfDay.TotalMinutes * Slots / (24 * 60)), 0, Slots - 1);
}
