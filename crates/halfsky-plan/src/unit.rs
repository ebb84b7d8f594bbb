//! Unit of measure (计量单位): SDMX `UNIT_MEASURE`.

use std::fmt;

macro_rules! units {
    ($($variant:ident $code:literal $label:literal),+ $(,)?) => {
        /// The units that plans use. The code is what data carries, the label what people read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Unit { $($variant),+ }

        impl Unit {
            /// All units, in the order they are offered to people.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code used in data.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The text printed after a figure.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }
    };
}

units! {
    Percent "percent" "%",
    Permille "permille" "‰",
    Per100k "per_100k" "/10万",
    PercentagePoint "percentage_point" "个百分点",
    Years "years" "年",
    Age "age" "岁",
    Count "count" "个",
    Person "person" "人",
    CountPerYear "count_per_year" "次/年",
    CountPer1000 "count_per_1000" "个/每千人",
    CountPer10k "count_per_10k" "个/每万人",
    CountPer100k "count_per_100k" "个/每10万人",
    HourPerDay "hour_per_day" "小时/天",
    HourPerWeek "hour_per_week" "小时/周",
    Hour "hour" "小时",
    Minute "minute" "分钟",
    MinutePerDay "minute_per_day" "分钟/天",
    Count10k "count_10k" "万个",
    YesNo "yes_no" "是/否",
    SquareMetre "square_metre" "平方米",
    SquareMetrePerPerson "square_metre_per_person" "平方米/人",
    Kilometre "kilometre" "公里",
    Yuan "yuan" "元",
    TenThousandYuan "ten_thousand_yuan" "万元",
    Day "day" "天",
    Month "month" "个月",
    Week "week" "周",
    Ratio "ratio" "比值",
    Rank "rank" "位",
    WaterClass "water_class" "类",
}

impl Unit {
    /// The unit of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|u| u.code() == code)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_unit() {
        for unit in Unit::ALL {
            assert_eq!(Unit::from_code(unit.code()), Some(*unit));
        }
    }
}
