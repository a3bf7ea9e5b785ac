from __future__ import annotations

from rproc_tui.emulator.source_lines import node_lines

SOURCE = """\
/dts-v1/;
/* a comment { with braces } */
/ {
	model = "text { with } braces and \\" a quote";
	// another { one
	soc {
		first: second: m4@10000000 {
			reg = <0x10000000 0x1000>;
		};
		m0@11000000 { child { }; };
	};
};

&second {
	late { };
};
&{/soc/m0@11000000} { later { }; };
/ { soc { m4@10000000 { again { }; }; }; };
"""


def test_every_node_has_the_line_that_opens_it_first() -> None:
    assert node_lines(SOURCE) == {
        "/": 3,
        "/soc": 6,
        "/soc/m4@10000000": 7,
        "/soc/m0@11000000": 10,
        "/soc/m0@11000000/child": 10,
        "/soc/m4@10000000/late": 15,
        "/soc/m0@11000000/later": 17,
        "/soc/m4@10000000/again": 18,
    }


def test_text_that_is_no_device_tree_has_no_lines_or_nonsense_but_no_error() -> None:
    assert node_lines("}}}{{{") is not None
    assert node_lines("") == {}
