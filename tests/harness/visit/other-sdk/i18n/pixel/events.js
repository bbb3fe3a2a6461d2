// biome-ignore-all lint: stands for a minified script of TikTok's
// biome-ignore-all format: stands for a minified script of TikTok's
// The loader of an SDK of another make: it names its pixel, calls ttq.instance itself, and asks for the main script.
window[window["TiktokAnalyticsObject"]]._env = {"env":"external","key":""};
window[window.TiktokAnalyticsObject]._li||(window[window.TiktokAnalyticsObject]._li={}),window[window.TiktokAnalyticsObject]._li["COTHERMAKE0000000001"]="0a1b2c3d";
!function(){var n=window[window.TiktokAnalyticsObject||"ttq"],e={"info":{"pixelCode":"COTHERMAKE0000000001","name":"other make","status":0,"firstPartyCookieEnabled":true},"plugins":{"Identify":true}},i=e.info.pixelCode,t=null;n._i=n._i||{},n._i[i]=n._i[i]||[],Object.assign(n._i[i],e),n._i[i]._load=+new Date,(t=n.instance&&n.instance(i))&&t.setPixelInfo&&t.setPixelInfo(e.info),function(t,e){for(var o=document.getElementsByTagName("script"),r=0;r<o.length;r++)if(o[r].getAttribute("data-id"))return;(r=document.createElement("script")).async=!0,r.src=t,r.setAttribute("data-id",e),o[0].parentNode.insertBefore(r,o[0])}("https://analytics.tiktok.com/i18n/pixel/static/main.MDAwMQ.js",i)}();
