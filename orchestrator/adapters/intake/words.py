"""The words people use for the values of each domain; the first is the one that messages and seeds use."""

from __future__ import annotations

from orchestrator.model.endpoint import Platform
from orchestrator.model.programme import CloudKind
from orchestrator.model.system import (
    Arch,
    Audience,
    Category,
    Disposition,
    NetworkKind,
    RoomKind,
    RoomState,
    Secrecy,
    Status,
    Strategy,
    SystemClass,
    UnitLevel,
    Workload,
)

# A grade of secrecy is a classified system, whatever the column asked for.
SECRECY = {
    Secrecy.UNCLASSIFIED: ("非涉密", "不涉密", "否", "no"),
    Secrecy.CLASSIFIED: ("涉密", "是", "秘密", "机密", "绝密", "yes"),
}
CATEGORIES = {
    Category.BUSINESS: ("业务", "业务系统"),
    Category.MAIL: ("邮件", "邮箱", "公务邮件", "邮件系统"),
    Category.VIDEO: ("视频会议", "视频", "网络会议"),
    Category.OFFICE: ("办公", "办公自动化", "OA", "协同办公"),
    Category.SURVEILLANCE: ("视频监控", "监控"),
    Category.WEBSITE: ("网站", "门户网站", "政府网站"),
    Category.BASE_LIBRARY: ("基础库", "基础数据库"),
    Category.PLATFORM: ("平台", "支撑平台"),
}
# 是否僵尸系统 is a header of the same column: there, 是 and 否 are the answers.
CLASSES = {
    SystemClass.NORMAL: ("正常", "否"),
    SystemClass.ZOMBIE: ("僵尸", "僵尸系统", "是"),
    SystemClass.SHADOW: ("影子", "影子系统"),
    SystemClass.ISLAND: ("孤岛", "信息孤岛"),
}
DISPOSITIONS = {
    Disposition.RETIRE: ("关停", "清理", "注销", "停用", "下线"),
    Disposition.MERGE: ("整合", "归并", "并入"),
    Disposition.MIGRATE: ("迁移", "迁云", "上云", "迁移上云"),
    Disposition.RETAIN: ("保留",),
    Disposition.CONNECT: ("对接",),
    Disposition.EXCLUDE: ("排除", "不纳入"),
}
UNIT_LEVELS = {
    UnitLevel.PROVINCE: ("省直", "省级"),
    UnitLevel.CITY: ("市直", "市级"),
    UnitLevel.DISTRICT: ("区市", "区县", "县级"),
    UnitLevel.TOWNSHIP: ("镇街", "乡镇"),
}
AUDIENCES = {
    Audience.PUBLIC: ("公众", "社会公众", "群众", "个人"),
    Audience.ENTERPRISE: ("企业", "法人"),
    Audience.UNIT: ("本部门", "本单位", "单位内部", "内部人员"),
    Audience.CROSS_UNIT: ("跨部门", "其他部门", "各部门"),
}
NETWORKS = {
    NetworkKind.INTERNET: ("互联网",),
    NetworkKind.PUBLIC_DOMAIN: ("公共服务域",),
    NetworkKind.ADMINISTRATIVE_DOMAIN: ("行政服务域", "电子政务外网", "政务外网"),
    NetworkKind.DEDICATED: ("业务专网", "专网", "专线"),
    NetworkKind.INTRANET: ("内网", "电子政务内网", "政务内网"),
}
PLATFORMS = {
    Platform.IDENTITY: ("统一身份认证", "统一认证", "统一身份认证平台"),
    Platform.EXCHANGE: ("共享平台", "数据共享交换平台", "共享交换平台", "交换平台"),
    Platform.PORTAL: ("政务服务门户", "门户", "服务门户"),
}
ROOM_KINDS = {
    RoomKind.OWN: ("自建机房", "自建"),
    RoomKind.CAGE: ("运营商托管", "运营商IDC机房", "托管", "托管机房", "IDC"),
    RoomKind.CLOUD: ("云中心", "云平台机房", "云中心机房", "政务云机房"),
}
ROOM_STATES = {
    RoomState.IN_USE: ("在用",),
    RoomState.PARTLY: ("部分腾空", "部分腾退"),
    RoomState.ACCESS_ONLY: ("接入间", "仅接入"),
    RoomState.CLOSED: ("已关停", "关停", "已关闭", "关闭"),
}
ARCHS = {
    Arch.X86_64: ("x86", "amd64", "x64", "海光", "兆芯"),
    Arch.AARCH64: ("ARM", "arm64", "鲲鹏", "飞腾"),
    Arch.OTHER: ("小型机", "其他", "其它", "龙芯", "申威"),
}
STRATEGIES = {
    Strategy.REHOST: ("直接迁移", "整机迁移"),
    Strategy.REINSTALL: ("重装", "重新部署"),
    Strategy.REFACTOR: ("改造", "改造迁移"),
    Strategy.REPLACE: ("替换",),
}
WORKLOADS = {
    Workload.NONE: ("仅资源", "无"),
    Workload.NGINX: ("nginx", "网站服务"),
    Workload.POSTGRESQL: ("postgresql", "postgres", "pgsql"),
    Workload.MARIADB: ("mariadb", "mysql"),
}
STATUSES = {
    Status.UNVERIFIED: ("待核实",),
    Status.AWAITING_REVIEW: ("待评审",),
    Status.REVIEWED: ("已评审",),
    Status.READY: ("环境就绪",),
    Status.SYNCING: ("同步中",),
    Status.CUT_OVER: ("已割接",),
    Status.TRIAL: ("试运行",),
    Status.ACCEPTED: ("已验收",),
    Status.RETIRED: ("已关停",),
    Status.MERGED: ("已整合",),
    Status.DEFERRED: ("暂缓",),
    Status.ROLLED_BACK: ("已回退",),
}
TARGET_CLOUDS = {
    CloudKind.PUBLIC_SERVICE.value: ("公共服务云", "电子政务公共服务云", "ggfw"),
    CloudKind.ADMINISTRATIVE.value: ("行政服务云", "电子政务行政服务云", "xzfw"),
    "provincial-platform": ("省统一平台", "全省统一平台"),
}
ZONES = {
    "internet": ("互联网接入区", "互联网区"),
    "common": ("公用网络区", "政务外网区"),
    "dedicated": ("专用网络区", "专网区"),
}
REASONS = {letter: (f"{letter}项",) for letter in "ABCDEFG"}
GRADES = {
    0: ("未定级", "无"),
    1: ("一级", "第一级", "1级"),
    2: ("二级", "第二级", "2级"),
    3: ("三级", "第三级", "3级"),
    4: ("四级", "第四级", "4级"),
    5: ("五级", "第五级", "5级"),
}
LEVELS = {level: (f"{level}级", f"{word}级", f"第{word}级") for level, word in enumerate("一二三四五六", start=1)}
