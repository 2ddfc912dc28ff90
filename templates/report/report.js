/* Tabs, drill-down, filters and charts. List text only ever becomes a text node or a chart's own text. */
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("report-data").textContent);
  var words = data.words;
  var COLOURS = { done: "#2f5d8a", green: "#1b7a5a", yellow: "#e0a100", red: "#c0392b", grey: "#9aa3af" };
  var INK = { done: "#fff", green: "#fff", yellow: "#1c2b3f", red: "#fff", grey: "#1c2b3f" };
  var STATES = ["done", "green", "yellow", "red", "grey"];
  var SYMBOLS = { done: "roundRect", green: "circle", yellow: "diamond", red: "triangle", grey: "emptyRect" };
  // Patterns beside colours, for readers who see no colours and for black-and-white printing.
  var DECALS = {
    done: { symbol: "none" },
    green: { symbol: "none" },
    yellow: { symbol: "circle", symbolSize: 0.5, dashArrayX: [[0, 7], [3.5, 7]], dashArrayY: [7, 3], color: "rgba(0,0,0,.28)" },
    red: { symbol: "rect", symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: -Math.PI / 4, color: "rgba(255,255,255,.3)" },
    grey: { symbol: "rect", symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [1, 5], color: "rgba(0,0,0,.3)" }
  };
  var FONT = getComputedStyle(document.documentElement).fontFamily;
  var SOFT = "#55647a", LINE = "#d5dae2";
  var charts = [];

  function element(name, text, parent) {
    var made = document.createElement(name);
    if (text !== undefined) { made.textContent = text; }
    if (parent) { parent.appendChild(made); }
    return made;
  }

  // --- tabs

  var tabs = Array.prototype.slice.call(document.querySelectorAll("[role=tab]"));
  function show(tab, focus) {
    tabs.forEach(function (one) {
      var chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen;
    });
    if (focus) { tab.focus(); }
    draw();
  }
  tabs.forEach(function (tab, place) {
    tab.addEventListener("click", function () { show(tab); history.replaceState(null, "", "#" + tab.id.slice(4)); });
    tab.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      var target = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : place + step;
      if (step === undefined && event.key !== "Home" && event.key !== "End") { return; }
      event.preventDefault();
      show(tabs[(target + tabs.length) % tabs.length], true);
    });
  });

  // --- drill-down

  function table(places, parent, reasons) {
    var box = element("div", undefined, parent);
    box.className = "box";
    box.tabIndex = 0;
    var made = element("table", undefined, box);
    made.className = "stack";
    var columns = reasons ? words.columns.concat(words.why) : words.columns;
    var head = element("tr", undefined, element("thead", undefined, made));
    columns.forEach(function (name) { element("th", name, head).scope = "col"; });
    var body = element("tbody", undefined, made);
    places.forEach(function (place, at) {
      var line = element("tr", undefined, body);
      var row = reasons ? data.rows[place].concat(reasons[at]) : data.rows[place];
      row.forEach(function (text, column) {
        var cell = element(column ? "td" : "th", text, line);
        if (column) { cell.setAttribute("data-label", columns[column]); } else { cell.scope = "row"; }
      });
    });
    return body;
  }

  function filter(parent) {
    var input = element("input", undefined, parent);
    input.type = "search";
    input.placeholder = words.filter;
    input.setAttribute("aria-label", words.filter);
    input.addEventListener("input", function () {
      var wanted = input.value.toLowerCase();
      parent.querySelectorAll("tbody tr").forEach(function (line) {
        line.hidden = line.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
  }

  function list(title, places, parent) {
    element("h4", title.replace("{count}", places.length), parent);
    if (places.length) { table(places, parent); } else { element("p", words.none, parent); }
  }

  function fill(details) {
    var drill = details.querySelector(".drill");
    if (!drill || drill.childNodes.length) { return; }
    var at = details.dataset.rows.indexOf(":");
    var kind = details.dataset.rows.slice(0, at), key = details.dataset.rows.slice(at + 1);
    if (kind === "concern") {
      filter(drill);
      table(data.concerns[Number(key)], drill);
    } else if (kind === "findings") {
      filter(drill);
      data.findings[key].forEach(function (one) {
        table(one.rows.map(function (row) { return row[0]; }), drill, one.rows.map(function (row) { return row[1]; }));
      });
    } else {
      var ratio = data.ratios.filter(function (one) { return one.key === key; })[0];
      var left = ratio.excluded.reduce(function (sum, one) { return sum + one[1].length; }, 0);
      filter(drill);
      list(words.missing, ratio.missing, drill);
      list(words.counted, ratio.counted, drill);
      element("h4", words.excluded.replace("{count}", left), drill);
      ratio.excluded.forEach(function (one) {
        element("p", one[0] + " (" + one[1].length + ")", drill);
        table(one[1], drill);
      });
      if (!left) { element("p", words.none, drill); }
    }
  }
  document.querySelectorAll("details[data-rows]").forEach(function (details) {
    details.addEventListener("toggle", function () { if (details.open) { fill(details); } });
  });

  // --- the ledger's filter

  var filters = document.querySelector(".filters");
  if (filters) {
    filters.hidden = false;
    filters.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) { return; }
      filters.querySelectorAll("button").forEach(function (one) { one.setAttribute("aria-pressed", String(one === button)); });
      document.querySelectorAll(".ledger tr[data-light]").forEach(function (line) {
        line.hidden = button.dataset.light !== "all" && line.dataset.light !== button.dataset.light;
      });
    });
  }

  // --- charts

  function base(title) {
    return {
      animation: false,
      aria: { enabled: true, label: { description: title } },
      textStyle: { fontFamily: FONT, color: "#1c2b3f" },
      // Rich text draws, it never becomes markup.
      tooltip: { trigger: "item", renderMode: "richText", confine: true, backgroundColor: "#fff", borderColor: LINE, textStyle: { color: "#1c2b3f", fontFamily: FONT } }
    };
  }

  // A Chinese character is as wide as its size, a Latin one about half.
  function breadth(text) { return Array.prototype.reduce.call(text, function (sum, letter) { return sum + (letter > "\u2e7f" ? 12 : 7); }, 0); }

  // The word and the number where there is room for both, else the number, else nothing; the pattern is always there.
  function label(word, count, room) {
    var whole = word + " " + count;
    return !count ? "" : breadth(whole) < room ? whole : breadth(String(count)) < room ? String(count) : "";
  }

  function progress(width) {
    var narrow = width < 560;
    var names = data.progress.map(function (one) { return one.name; });
    var option = base(names.join(", "));
    option.grid = { left: 8, right: 18, top: 40, bottom: 8, containLabel: true };
    option.legend = { top: 0, left: 0, itemGap: narrow ? 8 : 18, itemWidth: 18, textStyle: { fontSize: narrow ? 12 : 13 }, data: STATES.map(function (state) { return words.lights[state]; }) };
    option.xAxis = { type: "value", max: 100, show: false, axisLabel: { show: false } };
    option.yAxis = { type: "category", inverse: true, data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { fontSize: narrow ? 11 : 13, width: narrow ? 96 : 180, overflow: "break", color: "#1c2b3f" } };
    option.series = STATES.map(function (state, at) {
      return {
        name: words.lights[state], type: "bar", stack: "all", barWidth: 24, color: COLOURS[state],
        itemStyle: { decal: DECALS[state], borderColor: "#fff", borderWidth: 1 },
        label: { show: true, color: INK[state], fontSize: 12, fontWeight: "bold", formatter: function (it) { return label(words.lights[state], it.data.count, it.data.value * (width - (narrow ? 130 : 240)) / 100); } },
        data: data.progress.map(function (one) {
          var total = one.counts.reduce(function (sum, count) { return sum + count; }, 0);
          return { value: one.counts[at] * 100 / total, count: one.counts[at] };
        }),
        tooltip: { formatter: function (it) { return it.name + "\n" + it.seriesName + " " + it.data.count; } }
      };
    });
    return option;
  }

  function rooms(width) {
    var narrow = width < 560;
    var option = base(data.rooms.map(function (one) { return one.name + " " + one.told; }).join(", "));
    option.grid = { left: 8, right: narrow ? 120 : 190, top: 6, bottom: 6, containLabel: true };
    option.xAxis = { type: "value", min: 0, max: 100, axisLabel: { formatter: "{value}%", color: SOFT, showMaxLabel: !narrow }, splitLine: { lineStyle: { color: "#eceff3" } } };
    option.yAxis = { type: "category", inverse: true, data: data.rooms.map(function (one) { return one.name; }), axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { fontSize: narrow ? 11 : 13, width: narrow ? 110 : 330, overflow: "break", color: "#1c2b3f" } };
    option.series = [{
      type: "bar", barWidth: 16, itemStyle: { color: function (it) { return it.dataIndex ? "#7d9cbf" : "#1f3f66"; } },
      data: data.rooms.map(function (one) { return { value: one.value, told: one.told }; }),
      label: { show: true, position: "right", fontSize: narrow ? 11 : 13, color: "#1c2b3f", formatter: function (it) { return it.data.told; } },
      tooltip: { formatter: function (it) { return it.name + "\n" + it.data.told; } }
    }];
    return option;
  }

  // Days are local midnights, so that axis labels and bars agree in every time zone.
  function day(text) { var part = text.split("-"); return new Date(+part[0], part[1] - 1, +part[2]).getTime(); }
  var DAY = 86400000;

  function wall(names, title) {
    var wall_ = data.wall, option = base(title);
    option.grid = { left: 8, right: 22, top: 64, bottom: 30, containLabel: true };
    option.xAxis = {
      type: "time", position: "top", min: day(wall_.first), max: day(wall_.last), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { color: SOFT, margin: 8, hideOverlap: true, formatter: data.lang === "zh" ? { year: "{yyyy}年", month: "{M}月", day: "{M}-{d}" } : { year: "{yyyy}", month: "{MMM}", day: "{MMM} {d}" } },
      splitLine: { show: true, lineStyle: { color: "#eceff3" } }
    };
    option.yAxis = { type: "category", inverse: true, data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, splitLine: { show: true, lineStyle: { color: "#f1f3f6" } }, axisLabel: { color: "#1c2b3f", fontSize: 12, width: 190, overflow: "truncate", interval: 0 } };
    option.series = [{
      // Bands lie under the bars, lines over them, and the bars' words over the lines.
      type: "line", data: [], silent: true, z: 1,
      markArea: {
        z: 0,
        data: wall_.bands.map(function (band, at) {
          return [{ xAxis: day(band[0]), name: band[2], itemStyle: { color: at % 2 ? "rgba(31,63,102,.035)" : "rgba(31,63,102,.085)" }, label: { position: "bottom", distance: 8, color: "#1f3f66", fontSize: 13, fontWeight: "bold" } }, { xAxis: day(band[1]) + DAY }];
        })
      },
      markLine: {
        z: 3, symbol: "none",
        data: wall_.milestones.map(function (text) {
          return { xAxis: day(text) + DAY, lineStyle: { color: "#1f3f66", width: 1.4, type: "solid" }, label: { formatter: "◆ " + text, color: "#1f3f66", fontSize: 11, fontWeight: "bold", position: "start", distance: 24, align: "right" } };
        }).concat([{ xAxis: day(wall_.today), lineStyle: { color: "#a4262c", width: 2, type: "dashed" }, label: { formatter: words.today, color: "#fff", backgroundColor: "#a4262c", padding: [3, 6], fontSize: 11, fontWeight: "bold", position: "start", distance: 42, align: "center" } }])
      }
    }];
    return option;
  }

  function span(api) {
    var from = api.coord([api.value(1), api.value(0)]), to = api.coord([api.value(2), api.value(0)]);
    return { x: from[0], y: from[1], wide: Math.max(to[0] - from[0], 4), high: Math.min(api.size([0, 1])[1] * 0.72, 24) };
  }

  function bars(sheet) {
    var lanes = data.wall.bars[sheet];
    var option = wall(lanes.map(function (lane) { return lane.unit; }), lanes.map(function (lane) { return lane.unit + " " + words.lights[lane.state]; }).join(", "));
    var spans = lanes.map(function (lane, at) { return [at, day(lane.first), day(lane.last) + DAY]; });
    option.series.push({
      type: "custom", clip: true, z: 2,
      encode: { x: [1, 2], y: 0 },
      data: spans,
      tooltip: { formatter: function (it) { var lane = lanes[it.dataIndex]; return lane.unit + "\n" + lane.batch + "  " + lane.first + " – " + lane.last + "\n" + words.lights[lane.state] + "  " + lane.done + "/" + lane.total + "  " + lane.people; } },
      renderItem: function (params, api) {
        var lane = lanes[params.dataIndex], box = span(api), track = [];
        if (lane.track.length) {
          var from = api.coord([day(lane.track[0]), api.value(0)])[0], to = api.coord([day(lane.track[1]) + DAY, api.value(0)])[0];
          track = [{ type: "rect", shape: { x: from, y: box.y - box.high / 2, width: to - from, height: box.high, r: 2 }, style: { fill: COLOURS[lane.state], opacity: 0.2 } }];
        }
        return { type: "group", children: track.concat([
          { type: "rect", shape: { x: box.x, y: box.y - box.high / 2, width: box.wide, height: box.high, r: 2 }, style: { fill: COLOURS[lane.state], decal: DECALS[lane.state] } },
          { type: "rect", shape: { x: box.x, y: box.y + box.high / 2 - 4, width: box.wide * lane.done / lane.total, height: 4 }, style: { fill: "rgba(0,0,0,.45)" } }
        ]) };
      }
    }, {
      type: "custom", silent: true, z: 4,
      encode: { x: [1, 2], y: 0 },
      data: spans,
      renderItem: function (params, api) {
        var lane = lanes[params.dataIndex], box = span(api);
        var text = words.lights[lane.state] + "  " + lane.done + "/" + lane.total + "  " + lane.people;
        var need = 16 + breadth(text);
        var inside = box.wide > need, left = !inside && box.x + box.wide + need > params.coordSys.x + params.coordSys.width;
        return { type: "text", style: {
          text: text, x: inside ? box.x + 8 : left ? box.x - 6 : box.x + box.wide + 6, y: box.y, align: left ? "right" : "left", verticalAlign: "middle", font: "bold 12px " + FONT,
          fill: inside ? INK[lane.state] : "#1c2b3f", stroke: inside ? COLOURS[lane.state] : "#fff", lineWidth: 3
        } };
      }
    });
    return option;
  }

  function tasks(sheet) {
    var lanes = data.wall.tasks[sheet];
    var option = wall(lanes.map(function (lane) { return lane.unit; }), lanes.map(function (lane) { return lane.unit; }).join(", "));
    option.legend = { bottom: 0, left: "center", selectedMode: false, itemGap: 22, data: STATES.map(function (state) { return words.lights[state]; }) };
    option.grid.bottom = 62;
    // Marks of one unit on one day stand side by side.
    var stacked = {};
    STATES.forEach(function (state) {
      var marks = [];
      lanes.forEach(function (lane, at) {
        lane.marks.forEach(function (mark) {
          if (mark.state !== state) { return; }
          var spot = at + mark.day, place = stacked[spot] = (stacked[spot] || 0) + 1;
          marks.push({ value: [day(mark.day) + DAY / 2, at], mark: mark, symbolOffset: [-9 - (place - 1) * 17, 0] });
        });
      });
      option.series.push({
        name: words.lights[state], type: "scatter", z: 5, symbol: SYMBOLS[state], symbolSize: 14, color: COLOURS[state], data: marks,
        itemStyle: { opacity: 1, borderColor: "#fff", borderWidth: state === "grey" ? 2 : 1 },
        tooltip: { formatter: function (it) { var mark = it.data.mark; return mark.title + "\n" + mark.day + "  " + mark.person + "\n" + words.lights[mark.state] + "  " + mark.why; } }
      });
    });
    return option;
  }

  function height(box) {
    var kind = box.dataset.chart;
    if (kind === "progress") { return 48 + data.progress.length * 34; }
    if (kind === "rooms") { return 40 + data.rooms.length * 34; }
    return (kind === "tasks" ? 150 : 118) + Number(box.dataset.rows) * 30;
  }

  function options(box, width) {
    var kind = box.dataset.chart, sheet = Number(box.dataset.sheet);
    return kind === "progress" ? progress(width) : kind === "rooms" ? rooms(width) : kind === "bars" ? bars(sheet) : tasks(sheet);
  }

  // A chart is drawn when its page is first seen: what is hidden has no width.
  function draw() {
    document.querySelectorAll(".chart").forEach(function (box) {
      if (!box.offsetParent || box.dataset.drawn) { return; }
      box.dataset.drawn = "yes";
      box.style.height = height(box) + "px";
      var chart = echarts.init(box, null, { renderer: "svg" });
      chart.setOption(options(box, box.clientWidth));
      charts.push([chart, box]);
    });
  }

  function fit(width) {
    charts.forEach(function (one) {
      if (!width && !one[1].offsetParent) { return; }
      one[0].resize(width ? { width: width(one[1]) } : undefined);
      one[0].setOption(options(one[1], width ? width(one[1]) : one[1].clientWidth), true);
    });
  }
  var waiting;
  window.addEventListener("resize", function () { clearTimeout(waiting); waiting = setTimeout(function () { fit(); }, 120); });

  // On paper all pages are shown; the widths are those of A4 and A3 without their margins.
  var hidden = [];
  window.addEventListener("beforeprint", function () {
    hidden = Array.prototype.slice.call(document.querySelectorAll(".page[hidden]"));
    hidden.forEach(function (page) { page.hidden = false; });
    draw();
    fit(function (box) { return box.closest(".scroll") ? 1500 : 640; });
  });
  window.addEventListener("afterprint", function () {
    hidden.forEach(function (page) { page.hidden = true; });
    fit();
  });

  var button = document.querySelector(".print");
  button.hidden = false;
  button.addEventListener("click", function () { window.print(); });
  show(tabs.filter(function (tab) { return "#" + tab.id.slice(4) === location.hash; })[0] || tabs[0]);
}());
