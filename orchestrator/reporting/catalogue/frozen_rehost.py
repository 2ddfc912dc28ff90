"""Words of the lines of a whole disk's frozen section."""

TEXTS = {
    "frozen.rehost-written": ("how often the disk was written to is noted", "记录磁盘写入计数"),
    "frozen.rehost-still": ("nobody has written to the disk since", "此后磁盘未被写入"),
    "frozen.rehost-final": ("a copy of the copy is made fit for the cloud", "复制一份副本并适配云平台"),
    "frozen.rehost-send": ("the cloud has it as an image, byte by byte", "云平台已收到逐字节一致的镜像"),
    "frozen.rehost-start": ("the server starts from it", "服务器由该镜像启动"),
    "frozen.rehost-answer": ("it lets us in by the source's host key, and answers", "服务器以源端主机密钥可登录并应答"),
    "frozen.rehost-stop": ("the server is off", "服务器已关机"),
    "frozen.rehost-whole": ("the source is as it was left", "源端保持切换时的状态"),
}
